package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.inspect.Comparison;
import io.ganglion.compiler.verify.AnswerDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compiler diff}. */
@Command(
    name = "diff",
    description = {
      "Says what differs between two artifacts (manifest, weights, tokenizer, golden inputs, and"
          + " the files of their folders) or between two sources (what inspect shows, and their"
          + " files). With --data, also how far the answers of two artifacts are apart."
    },
    exitCodeList = {
      "0:Nothing differs.",
      "1:Something differs, or they could not be compared.",
      "2:Wrong usage."
    },
    footer = {
      "Examples:",
      "  compiler diff mini-fp32 mini-bf16",
      "  compiler diff my-model my-model-tuned",
      "  compiler diff mini-fp32 mini-int8 --data dev.tsv"
    })
final class DiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "A", description = "An artifact or a source.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another one of the same kind.")
  private Path second;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description =
          "Run both on these pairs (GLUE columns, header line), up to 1024, and compare the"
              + " answers.")
  private @Nullable Path data;

  private DiffCommand() {}

  @Override
  public Integer call() throws CompileException {
    List<String> differences = Comparison.of(first, second);
    differences.forEach(System.out::println);
    if (differences.isEmpty()) {
      System.out.println("The two are the same.");
    }
    if (data != null) {
      AnswerDiff answers = AnswerDiff.of(first, second, data, CompilerMain.progress());
      new GateReport(System.out, answers.texts()).printDiff(answers.verification());
    }
    return differences.isEmpty() ? 0 : 1;
  }
}
