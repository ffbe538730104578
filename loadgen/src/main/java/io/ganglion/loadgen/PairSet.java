package io.ganglion.loadgen;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The pairs that a run sends.
 *
 * @param name where they come from
 * @param pairs at least one
 * @param badRows what was wrong with rows that were left out, with their line numbers
 */
record PairSet(String name, List<LabelledPair> pairs, List<String> badRows) {
  PairSet {
    if (pairs.isEmpty()) {
      String why = badRows.isEmpty() ? "it has no rows" : "first bad row: " + badRows.get(0);
      throw new UserError(name + " has no pair to send; " + why);
    }
    pairs = List.copyOf(pairs);
    badRows = List.copyOf(badRows);
  }

  /** The pairs that come with the load generator, written for it. */
  static PairSet bundled() {
    try (InputStream in = PairSet.class.getResourceAsStream("pairs.tsv")) {
      byte[] bytes = Objects.requireNonNull(in, "pairs.tsv").readAllBytes();
      return GlueTsv.parse("the bundled pairs", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PairSet read(Path file) {
    try {
      return GlueTsv.parse(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new UserError("there is no file " + file + "; give --data a GLUE-style TSV", e);
    } catch (IOException e) {
      throw new UserError("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  boolean labelled() {
    return pairs.stream().anyMatch(LabelledPair::labelled);
  }

  /** Such as {@code words a pair: min 4, p50 21, p90 34, max 60}. */
  String lengths() {
    int[] words = pairs.stream().mapToInt(LabelledPair::words).sorted().toArray();
    return "words a pair: min %d, p50 %d, p90 %d, p99 %d, max %d, mean %.1f"
        .formatted(
            words[0],
            at(words, 0.5),
            at(words, 0.9),
            at(words, 0.99),
            words[words.length - 1],
            Arrays.stream(words).average().orElse(0));
  }

  private static int at(int[] sorted, double fraction) {
    return sorted[Math.min(sorted.length - 1, (int) (fraction * sorted.length))];
  }
}
