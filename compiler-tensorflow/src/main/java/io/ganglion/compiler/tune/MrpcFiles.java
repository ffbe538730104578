package io.ganglion.compiler.tune;

import io.ganglion.cli.pairs.TsvReader;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Splits the Microsoft Research Paraphrase Corpus into GLUE's train, dev and test files. */
public final class MrpcFiles {
  /**
   * Numbers of pairs.
   *
   * @param train training pairs, without those for dev
   */
  public record Counts(int train, int dev, int test) {}

  /** The numbers of pairs in GLUE. */
  public static final Counts PUBLISHED = new Counts(3668, 408, 1725);

  private static final int COLUMNS = 5;
  private static final String TEST_HEADER = "index\t#1 ID\t#2 ID\t#1 String\t#2 String";

  /** A row of the corpus: label, two ids, two texts. */
  private record Row(String label, String idA, String idB, String textA, String textB) {
    String ids() {
      return idA + "\t" + idB;
    }

    String line(String first) {
      return String.join("\t", first, idA, idB, textA, textB);
    }
  }

  private MrpcFiles() {}

  /**
   * Writes the three files. The directory must not exist.
   *
   * @param expected the expected numbers of pairs; null to accept any
   */
  public static Counts prepare(Path corpus, Path devIds, Path output, @Nullable Counts expected)
      throws CompileException {
    List<Row> all = rows(corpus.resolve("msr_paraphrase_train.txt"));
    List<Row> test = rows(corpus.resolve("msr_paraphrase_test.txt"));
    Set<String> wanted = ids(devIds);
    List<Row> train = new ArrayList<>();
    List<Row> dev = new ArrayList<>();
    for (Row row : all) {
      (wanted.contains(row.ids()) ? dev : train).add(row);
    }
    if (dev.size() < wanted.size()) {
      throw new CompileException(
          "%s names %d id pairs and only %d of them are in %s: it belongs to another corpus."
              .formatted(devIds, wanted.size(), dev.size(), corpus));
    }
    Counts counts = new Counts(train.size(), dev.size(), test.size());
    if (expected != null && !counts.equals(expected)) {
      throw new CompileException(
          ("The corpus %s has %d training, %d dev and %d test pairs and should have %d, %d and %d: "
                  + "a file is cut short or not the published one; copy it again, or take any counts.")
              .formatted(
                  corpus,
                  counts.train(),
                  counts.dev(),
                  counts.test(),
                  expected.train(),
                  expected.dev(),
                  expected.test()),
          CompileException.Remedy.ANY_COUNTS);
    }
    write(output, train, dev, test);
    return counts;
  }

  private static List<Row> rows(Path file) throws CompileException {
    List<TsvReader.Row.Cells> lines = lines(file);
    List<Row> rows = new ArrayList<>();
    for (TsvReader.Row.Cells line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      List<String> cells = line.cells();
      if (cells.size() != COLUMNS || !cells.get(0).strip().matches("[01]")) {
        throw new CompileException(
            "%s is not of the paraphrase corpus: line %d has not the %d columns label (0 or 1), two ids"
                    .formatted(file, line.line(), COLUMNS)
                + " and two sentences.");
      }
      rows.add(
          new Row(
              cells.get(0).strip(),
              cells.get(1),
              cells.get(2),
              cells.get(3),
              cells.get(4).strip()));
    }
    if (rows.isEmpty()) {
      throw new CompileException(file + " has no pairs.");
    }
    return rows;
  }

  /**
   * Reads pairs of ids: two columns, or the second and third column of a file with GLUE's header.
   */
  private static Set<String> ids(Path file) throws CompileException {
    Set<String> ids = new HashSet<>();
    boolean header = true;
    for (TsvReader.Row.Cells line : lines(file)) {
      List<String> cells = line.cells().stream().map(String::strip).toList();
      int first = cells.size() == COLUMNS ? 1 : 0;
      boolean skipped = header && !cells.get(first).matches("\\d+");
      header = false;
      if (skipped) {
        continue;
      }
      if (cells.size() != 2 && cells.size() != COLUMNS) {
        throw new CompileException(
            "%s has %d columns in line %d: a line holds the two ids of a pair, apart by a tab."
                .formatted(file, cells.size(), line.line()));
      }
      ids.add(cells.get(first) + "\t" + cells.get(first + 1));
    }
    if (ids.isEmpty()) {
      throw new CompileException(file + " names no pair for dev.");
    }
    return ids;
  }

  private static List<TsvReader.Row.Cells> lines(Path file) throws CompileException {
    List<TsvReader.Row.Cells> lines = new ArrayList<>();
    try (TsvReader tsv = TsvReader.open(file)) {
      for (TsvReader.Row row = tsv.next(); row != null; row = tsv.next()) {
        if (row instanceof TsvReader.Row.Bad bad) {
          throw new CompileException("%s, line %d: %s.".formatted(file, bad.line(), bad.why()));
        }
        if (row instanceof TsvReader.Row.Cells cells) {
          lines.add(cells);
        }
      }
    } catch (IOException e) {
      throw new CompileException(e.getMessage(), e);
    }
    return lines;
  }

  private static void write(Path output, List<Row> train, List<Row> dev, List<Row> test)
      throws CompileException {
    try (OutputDirectory directory = OutputDirectory.create(output)) {
      write(directory.work().resolve("train.tsv"), PairTable.HEADER, lines(train));
      write(directory.work().resolve("dev.tsv"), PairTable.HEADER, lines(dev));
      List<String> unlabelled = new ArrayList<>();
      for (Row row : test) {
        unlabelled.add(row.line(String.valueOf(unlabelled.size())));
      }
      write(directory.work().resolve("test.tsv"), TEST_HEADER, unlabelled);
      directory.commit();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + output + ": " + e.getMessage() + ".", e);
    }
  }

  private static List<String> lines(List<Row> rows) {
    return rows.stream().map(row -> row.line(row.label())).toList();
  }

  private static void write(Path file, String header, List<String> lines) throws IOException {
    Files.writeString(file, header + "\n" + String.join("\n", lines) + "\n");
  }
}
