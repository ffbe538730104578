package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.inspect.Comparison;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code compiler diff}. */
@Command(
    name = "diff",
    description = {
      "Says what differs between two artifacts (manifest, weights, tokenizer, golden inputs, and the"
          + " files of their folders) or between two sources (what inspect shows, and their files)."
    },
    exitCodeList = {
      "0:Nothing differs.",
      "1:Something differs, or they could not be compared.",
      "2:Wrong usage."
    },
    footer = {
      "Examples:",
      "  compiler diff mini-fp32 mini-bf16",
      "  compiler diff my-model my-model-tuned"
    })
final class DiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "A", description = "An artifact or a source.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another one of the same kind.")
  private Path second;

  private DiffCommand() {}

  @Override
  public Integer call() throws CompileException {
    List<String> differences = Comparison.of(first, second);
    differences.forEach(System.out::println);
    if (differences.isEmpty()) {
      System.out.println("The two are the same.");
    }
    return differences.isEmpty() ? 0 : 1;
  }
}
