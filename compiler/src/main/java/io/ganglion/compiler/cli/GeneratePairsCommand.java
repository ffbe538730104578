package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.tune.PairTable;
import io.ganglion.compiler.tune.pairs.Mix;
import io.ganglion.compiler.tune.pairs.PairGenerator;
import io.ganglion.compiler.tune.pairs.PairVocabulary;
import io.ganglion.compiler.tune.pairs.Split;
import io.ganglion.compiler.tune.pairs.TextPair;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler generate-pairs}. */
@Command(
    name = "generate-pairs",
    description = {
      "Writes labelled sentence pairs about an invented world, for training and trying a small"
          + " model: train.tsv, dev.tsv and test.tsv in the columns of GLUE's MRPC, and vocab.txt."
          + " The dev and test pairs share no invented name, no number above twenty and no sentence"
          + " form with the training pairs.",
      ""
    },
    footer = {"", "Example:", "  compiler generate-pairs --output /tmp/pairs --train 60000"})
public final class GeneratePairsCommand implements Callable<Integer> {
  @Option(
      names = {"--output", "--output_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory to write; must not exist.")
  private Path output;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same pairs; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--train",
      defaultValue = "80000",
      description = "Training pairs; default: ${DEFAULT-VALUE}.")
  private int train;

  @Option(
      names = "--dev",
      defaultValue = "2000",
      description = "Dev pairs, and as many test pairs; default: ${DEFAULT-VALUE}.")
  private int dev;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private GeneratePairsCommand() {}

  @Override
  public Integer call() throws CompileException {
    if (train < 1 || dev < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--train and --dev must be at least 1.");
    }
    try (OutputDirectory directory = OutputDirectory.create(output)) {
      Path work = directory.work();
      write(work.resolve("train.tsv"), Split.TRAIN, 0, Mix.TRAINING, train);
      write(work.resolve("dev.tsv"), Split.HELD_OUT, 1, Mix.PLAIN, dev);
      write(work.resolve("test.tsv"), Split.HELD_OUT, 2, Mix.PLAIN, dev);
      Files.write(work.resolve("vocab.txt"), PairVocabulary.pieces());
      directory.commit();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + output + ": " + e.getMessage() + ".", e);
    }
    System.out.printf("%s: %d training, %d dev and %d test pairs%n", output, train, dev, dev);
    return 0;
  }

  private void write(Path file, Split split, int stream, Mix mix, int count) throws IOException {
    List<TextPair> pairs = new PairGenerator(split, seed * 3 + stream, mix).next(count);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(PairTable.HEADER + "\n");
      for (int i = 0; i < pairs.size(); i++) {
        TextPair pair = pairs.get(i);
        int id = 2 * i + 1;
        out.write(
            "%d\t%d\t%d\t%s\t%s%n"
                .formatted(pair.label(), id, id + 1, pair.textA(), pair.textB())
                .replace("\r", ""));
      }
    }
  }
}
