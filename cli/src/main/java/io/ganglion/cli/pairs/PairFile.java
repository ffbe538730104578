package io.ganglion.cli.pairs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a file. A row that cannot be used is left out, and {@link #notes} gives its line.
 *
 * @param name the file's name in messages
 * @param labelled whether the file has a column of labels; then each row has one
 * @param rows at least one
 * @param notes sentences about what was left out
 */
public record PairFile(String name, boolean labelled, List<PairRow> rows, List<String> notes) {
  /** All of GLUE's files have fewer rows, and a run over more would take too long. */
  public static final int MOST = 1_000_000;

  /** Takes unmodifiable copies. */
  public PairFile {
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a file until it has {@code most} pairs; the rest is not read.
   *
   * @throws PairFileException if it cannot be read or has no pair
   */
  public static PairFile read(Path file, int most) throws PairFileException {
    return read(TsvReader.open(file), most, false);
  }

  /**
   * Reads a file in which every row must be usable.
   *
   * @throws PairFileException if it cannot be read, has no pair, or has a bad row; the message
   *     names its line
   */
  public static PairFile readWhole(Path file, int most) throws PairFileException {
    return read(TsvReader.open(file), most, true);
  }

  /**
   * Reads a stream and closes it.
   *
   * @param name its name in messages
   */
  public static PairFile read(String name, InputStream in) throws PairFileException {
    return read(TsvReader.of(name, in), MOST, false);
  }

  private static PairFile read(TsvReader tsv, int most, boolean whole) throws PairFileException {
    try (tsv) {
      return new RowCollector(tsv, most, whole).collect();
    } catch (PairFileException e) {
      throw e;
    } catch (IOException e) {
      throw new PairFileException(tsv.name() + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /**
   * The rows' labels as a model's label indices.
   *
   * @param indices the label's index for each row; empty if the row has no label or the model does
   *     not know it
   * @param notes a sentence about labels that the model does not know
   */
  public record Truth(List<OptionalInt> indices, List<String> notes) {
    /** Takes unmodifiable copies. */
    public Truth {
      indices = List.copyOf(indices);
      notes = List.copyOf(notes);
    }
  }

  /** Looks up each label in a model's labels. */
  public Truth truth(List<String> names) {
    List<OptionalInt> indices = new ArrayList<>(rows.size());
    @Nullable PairRow unknown = null;
    int unknowns = 0;
    for (PairRow row : rows) {
      Label label = row.label();
      OptionalInt index = label == null ? OptionalInt.empty() : label.in(names);
      indices.add(index);
      if (label != null && index.isEmpty()) {
        unknown = unknown == null ? row : unknown;
        unknowns++;
      }
    }
    return new Truth(
        indices, unknown == null ? List.of() : List.of(note(names, unknown, unknowns)));
  }

  private String note(List<String> names, PairRow first, int count) {
    Label label = first.label();
    return String.format(
        Locale.ROOT,
        "%s, line %d: the label \"%s\" is none of the model's (%s); %,d such pair%s not judged.",
        name,
        first.line(),
        label == null ? "" : label.text(),
        String.join(", ", names),
        count,
        count == 1 ? " is" : "s are");
  }
}
