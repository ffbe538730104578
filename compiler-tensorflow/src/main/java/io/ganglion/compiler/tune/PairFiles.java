package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.SettingException;
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

/** Writes generated pairs in the columns of GLUE's MRPC, and their vocabulary. */
public final class PairFiles {
  private PairFiles() {}

  /**
   * Writes {@code train.tsv}, {@code dev.tsv}, {@code test.tsv} and {@code vocab.txt}; the
   * directory must not exist.
   *
   * @param train number of training pairs
   * @param dev number of dev pairs, and of test pairs
   * @param seed the same seed gives the same pairs
   */
  public static void generate(Path output, int train, int dev, long seed) throws CompileException {
    if (train < 1 || dev < 1) {
      throw new SettingException("There must be at least 1 pair to train on and 1 for dev.");
    }
    try (OutputDirectory directory = OutputDirectory.create(output)) {
      Path work = directory.work();
      write(work.resolve("train.tsv"), generator(Split.TRAIN, seed, 0, Mix.TRAINING), train);
      write(work.resolve("dev.tsv"), generator(Split.HELD_OUT, seed, 1, Mix.PLAIN), dev);
      write(work.resolve("test.tsv"), generator(Split.HELD_OUT, seed, 2, Mix.PLAIN), dev);
      Files.write(work.resolve("vocab.txt"), PairVocabulary.pieces());
      directory.commit();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + output + ": " + e.getMessage() + ".", e);
    }
  }

  private static PairGenerator generator(Split split, long seed, int stream, Mix mix) {
    return new PairGenerator(split, seed * 3 + stream, mix);
  }

  private static void write(Path file, PairGenerator generator, int count) throws IOException {
    List<TextPair> pairs = generator.next(count);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(PairTable.HEADER + "\n");
      for (int i = 0; i < pairs.size(); i++) {
        TextPair pair = pairs.get(i);
        int id = 2 * i + 1;
        out.write(
            "%d\t%d\t%d\t%s\t%s\n".formatted(pair.label(), id, id + 1, pair.textA(), pair.textB()));
      }
    }
  }
}
