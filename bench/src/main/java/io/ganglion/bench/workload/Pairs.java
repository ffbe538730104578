package io.ganglion.bench.workload;

import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads texts to measure with. */
public final class Pairs {
  private Pairs() {}

  /** One or two texts. */
  public record Pair(String a, @Nullable String b) {}

  /**
   * Reads a file of tab-separated texts with a header.
   *
   * @param notes receives a sentence about each row that was left out
   * @throws PairFileException if it cannot be read or has no texts
   */
  public static List<Pair> read(Path file, Consumer<String> notes) throws PairFileException {
    PairFile pairs = PairFile.read(file, PairFile.MOST);
    pairs.notes().forEach(notes);
    return pairs.rows().stream().map(row -> new Pair(row.textA(), row.textB())).toList();
  }
}
