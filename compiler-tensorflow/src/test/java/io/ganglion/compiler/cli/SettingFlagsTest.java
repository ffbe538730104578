package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.CompileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class SettingFlagsTest {
  @ParameterizedTest
  @EnumSource(CompileException.Remedy.class)
  void theFlagOfEverySettingIsOneOfACommands(CompileException.Remedy setting) {
    String message = SettingFlags.named(new CompileException("Set it.", setting)).getMessage();
    assertThat(message).matches("Set it \\(--[a-z-]+( [A-Z]+)?\\)\\.");
    String flag = message.replaceAll(".*(--[a-z-]+).*", "$1");
    List<CommandLine> commands =
        List.copyOf(new CommandLine(CompilerMain.commands()).getSubcommands().values());
    assertThat(commands).anyMatch(command -> command.getCommandSpec().findOption(flag) != null);
  }

  @Test
  void aFailureThatNoSettingEndsIsLeftAsItIs() {
    CompileException failure = new CompileException("It is broken.");
    assertThat(SettingFlags.named(failure)).isSameAs(failure);
  }
}
