package io.ganglion.image;

import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Other programs, run to their end. */
final class Commands {
  private Commands() {}

  /**
   * What the command prints.
   *
   * @throws FailureException if it fails, with what it printed
   */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      throw new FailureException(
          "%s failed with exit code %d: %s".formatted(command.get(0), code, output));
    }
    return output;
  }
}
