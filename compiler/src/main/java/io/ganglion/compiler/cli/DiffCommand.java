package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.inspect.ArtifactDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code compiler diff}. */
@Command(
    name = "diff",
    description = {
      "Says what differs between two artifacts: manifest, weights, vocabulary, golden inputs, and"
          + " the files of their folders."
    },
    exitCodeList = {
      "0:Nothing differs.",
      "1:Something differs, or they could not be compared.",
      "2:Wrong usage."
    },
    footer = {"Example:", "  compiler diff mini-fp32 mini-bf16"})
final class DiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "A", description = "An artifact.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another artifact.")
  private Path second;

  private DiffCommand() {}

  @Override
  public Integer call() throws CompileException {
    List<String> differences = ArtifactDiff.compare(first, second);
    differences.forEach(System.out::println);
    if (differences.isEmpty()) {
      System.out.println("The two artifacts are the same.");
    }
    return differences.isEmpty() ? 0 : 1;
  }
}
