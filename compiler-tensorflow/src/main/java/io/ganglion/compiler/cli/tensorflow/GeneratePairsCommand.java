package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.cli.BroughtCommand;
import io.ganglion.compiler.tune.PairFiles;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler generate-pairs}. */
@Command(
    name = "generate-pairs",
    description = {
      "Writes labelled sentence pairs about an invented world, for training and trying a small"
          + " model: train.tsv, dev.tsv and test.tsv in the columns of GLUE's MRPC, and vocab.txt."
          + " The dev and test pairs share no invented name, no number above twenty and no sentence"
          + " form with the training pairs."
    },
    footer = {"Example:", "  compiler-tensorflow generate-pairs --output /tmp/pairs --train 60000"})
public final class GeneratePairsCommand implements BroughtCommand {
  @Option(
      names = {"--output", "--output_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write; must not exist.")
  private Path output;

  @Option(names = "--seed", defaultValue = "1", description = "The same seed gives the same pairs.")
  private long seed;

  @Option(names = "--train", defaultValue = "80000", description = "Training pairs.")
  private int train;

  @Option(
      names = "--dev",
      defaultValue = "2000",
      description = "Number of dev pairs, and of test pairs.")
  private int dev;

  @Override
  public Integer call() throws CompileException {
    PairFiles.generate(output, train, dev, seed);
    System.out.printf("%s: %d training, %d dev and %d test pairs%n", output, train, dev, dev);
    return 0;
  }
}
