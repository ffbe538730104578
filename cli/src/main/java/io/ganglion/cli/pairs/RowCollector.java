package io.ganglion.cli.pairs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes a {@link PairFile} from rows. Used once. */
final class RowCollector {
  /** More notes would hide the rest of a program's output. */
  private static final int MOST_NOTES = 10;

  private final TsvReader tsv;
  private final int most;
  private final boolean whole;
  private final List<PairRow> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long bad;

  /**
   * A collector for one file.
   *
   * @param whole whether the first bad row ends the reading
   */
  RowCollector(TsvReader tsv, int most, boolean whole) {
    this.tsv = tsv;
    this.most = most;
    this.whole = whole;
  }

  PairFile collect() throws PairFileException {
    PairColumns columns = header();
    TsvReader.Row row = tsv.next();
    for (; row != null && rows.size() < most; row = tsv.next()) {
      if (row instanceof TsvReader.Row.Bad unreadable) {
        leaveOut(unreadable.line(), unreadable.why());
      } else if (row instanceof TsvReader.Row.Cells cells) {
        add(columns, cells);
      }
    }
    if (rows.isEmpty()) {
      throw new PairFileException(
          bad == 0
              ? tsv.name() + " has a header and no row after it."
              : "%s has no row that can be used: %s.".formatted(tsv.name(), notes.get(0)));
    }
    return new PairFile(tsv.name(), columns.label() != PairColumns.NONE, rows, notes(row != null));
  }

  private PairColumns header() throws PairFileException {
    TsvReader.Row first = tsv.next();
    if (first instanceof TsvReader.Row.Cells cells) {
      return PairColumns.of(where(cells.line()), cells.cells());
    }
    if (first instanceof TsvReader.Row.Bad unreadable) {
      throw new PairFileException(where(unreadable.line()) + ": " + unreadable.why() + ".");
    }
    throw new PairFileException(
        tsv.name() + " is empty: it needs a header that names its columns, as GLUE's files have.");
  }

  private void add(PairColumns columns, TsvReader.Row.Cells row) throws PairFileException {
    List<String> cells = row.cells();
    if (cells.size() != columns.count()) {
      leaveOut(row.line(), cells.size() + " columns instead of " + columns.count());
      return;
    }
    String textA = cells.get(columns.textA());
    @Nullable String textB =
        columns.textB() == PairColumns.NONE ? null : cells.get(columns.textB());
    if (Texts.isBlank(textA) || (textB != null && Texts.isBlank(textB))) {
      leaveOut(row.line(), "a text is empty");
      return;
    }
    @Nullable String label =
        columns.label() == PairColumns.NONE ? null : cells.get(columns.label());
    if (label != null && label.isBlank()) {
      leaveOut(row.line(), "the label is empty");
      return;
    }
    rows.add(new PairRow(row.line(), textA, textB, label == null ? null : new Label(label)));
  }

  private void leaveOut(long line, String why) throws PairFileException {
    if (whole) {
      throw new PairFileException(where(line) + ": " + why + ".");
    }
    bad++;
    if (notes.size() < MOST_NOTES) {
      notes.add("line " + line + ": " + why);
    }
  }

  private List<String> notes(boolean more) {
    List<String> sentences = new ArrayList<>();
    notes.forEach(note -> sentences.add(tsv.name() + ", " + note + "; left out."));
    if (bad > notes.size()) {
      sentences.add(
          String.format(
              Locale.ROOT, "%s: %,d more bad rows left out.", tsv.name(), bad - notes.size()));
    }
    if (more) {
      sentences.add(
          String.format(Locale.ROOT, "%s: only its first %,d pairs are used.", tsv.name(), most));
    }
    return sentences;
  }

  private String where(long line) {
    return tsv.name() + ", line " + line;
  }
}
