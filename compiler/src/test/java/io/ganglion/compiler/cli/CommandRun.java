package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the compiler's commands in this process, as a shell would. */
final class CommandRun {
  private CommandRun() {}

  /**
   * Runs a command and returns what it wrote to both streams.
   *
   * @param parts words, divided by spaces, and paths
   */
  static String run(int expectedExit, Object... parts) throws IOException {
    List<String> arguments = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof String words) {
        arguments.addAll(List.of(words.split(" ", -1)));
      } else {
        arguments.add(part.toString());
      }
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try (PrintStream capture = new PrintStream(told, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      System.setErr(capture);
      int exit = CompilerMain.run(arguments.toArray(new String[0]));
      assertThat(exit).as("%s%n%s", arguments, told).isEqualTo(expectedExit);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }
}
