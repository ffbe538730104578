package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Only the commands may name flags. All packages below them speak of settings. */
class FlagNamesTest {
  private static final List<Path> SOURCES =
      Stream.of("compiler", "compiler-tensorflow")
          .map(module -> Path.of("..", module, "src", "main", "java", "io", "ganglion", "compiler"))
          .toList();

  /** These classes pass flags of the same names to the vendor's compilers. */
  private static final Set<String> VENDORS = Set.of("NeuronTarget.java", "VendorCompiler.java");

  private static final Pattern FLAG = Pattern.compile("--[a-z][a-z_-]*");

  @Test
  void noTextBelowTheCommandsNamesOneOfTheirFlags() throws Exception {
    Set<String> flags = flags();
    assertThat(flags).contains("--model", "--saved-model", "--precision", "--scope", "--output");
    List<String> named = new ArrayList<>();
    for (Path file : belowTheCommands()) {
      Matcher matcher = FLAG.matcher(withoutComments(Files.readString(file)));
      while (matcher.find()) {
        if (flags.contains(matcher.group())) {
          named.add(file.getFileName() + ": " + matcher.group());
        }
      }
    }
    assertThat(named).isEmpty();
  }

  private static Set<String> flags() {
    Set<String> flags = new TreeSet<>();
    for (CommandLine command : new CommandLine(CompilerMain.commands()).getSubcommands().values()) {
      command.getCommandSpec().options().forEach(option -> flags.addAll(List.of(option.names())));
    }
    return flags;
  }

  private static List<Path> belowTheCommands() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path sources : SOURCES) {
      try (Stream<Path> walk = Files.walk(sources)) {
        walk.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.startsWith(sources.resolve("cli")))
            .filter(file -> !VENDORS.contains(String.valueOf(file.getFileName())))
            .forEach(files::add);
      }
    }
    assertThat(files).hasSizeGreaterThan(300);
    return files;
  }

  private static String withoutComments(String text) {
    return text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
  }
}
