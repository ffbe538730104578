package io.ganglion.compiler.cli;

import io.ganglion.compiler.verify.Gate;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The flags for what an artifact must keep of its source's answers, and on which texts. */
final class GateFlags {
  @Option(
      names = "--tolerance",
      defaultValue = "0",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Largest mean difference from the source, of a probability or of a score in the spread of"
              + " the source's scores; one answer in a thousand may exceed it 20 times (a score 10"
              + " times). Default: 2e-6 for fp32, 3e-3 for bf16, 1.2e-2 for int8, 2e-2 with another"
              + " GELU; for scores 1e-4, 2e-2, 0.1 and 0.2.")
  private double tolerance;

  @Option(
      names = {"--min-agreement", "--label-agreement"},
      converter = ShareConverter.class,
      paramLabel = "SHARE",
      description =
          "Least share of clear labels that must be kept, like 0.99 or 99%%. A label is clear if"
              + " the source's margin is above 0.05. Default: 0.999 for fp32, 0.995 for bf16, 0.99"
              + " for int8 and another GELU.")
  private @Nullable Double minAgreement;

  @Option(
      names = "--verify-data",
      paramLabel = "TSV",
      description =
          "Compare on these pairs (GLUE columns, header line), up to 1024: texts of the model's own"
              + " kind, so that the comparison means something. Default: built-in pairs, 64 or for"
              + " int8 128; without int8 at least 16 for models larger than BERT-Base.")
  private @Nullable Path verifyData;

  @Option(
      names = "--calibration-data",
      paramLabel = "TSV",
      description =
          "For int8: every other pair of this file (GLUE columns, header line) calibrates, up to"
              + " 128; the others are compared on unless --verify-data is given. Default: built-in"
              + " pairs.")
  private @Nullable Path calibrationData;

  Gate gate() {
    return new Gate(
        tolerance,
        minAgreement == null ? OptionalDouble.empty() : OptionalDouble.of(minAgreement),
        verifyData,
        calibrationData);
  }
}
