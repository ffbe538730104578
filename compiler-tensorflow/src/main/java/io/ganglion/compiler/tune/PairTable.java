package io.ganglion.compiler.tune;

import io.ganglion.cli.pairs.Label;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import io.ganglion.cli.pairs.PairRow;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.pairs.TextPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A file of pairs for training and evaluation. Each pair has the label 0 or 1, and every row must
 * be valid.
 */
final class PairTable {
  /** The columns of GLUE's MRPC, in which pairs are written. */
  static final String HEADER = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String";

  /** More pairs than any run needs. */
  private static final int MOST = 10_000_000;

  private static final List<String> LABELS = List.of("0", "1");

  private PairTable() {}

  /** Reads all rows. */
  static List<TextPair> read(Path file) throws CompileException {
    try {
      PairFile table = PairFile.readWhole(file, MOST);
      List<TextPair> pairs = new ArrayList<>(table.rows().size());
      for (PairRow row : table.rows()) {
        pairs.add(pair(file, row));
      }
      return pairs;
    } catch (PairFileException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static TextPair pair(Path file, PairRow row) throws CompileException {
    Label label = row.label();
    String textB = row.textB();
    if (label == null || textB == null) {
      throw new CompileException(
          file + " must have two texts and a label in each row, with a header such as MRPC's.");
    }
    OptionalInt index = label.in(LABELS);
    if (index.isEmpty()) {
      throw new CompileException(
          "%s has the label \"%s\" in line %d: labels are 0 and 1."
              .formatted(file, label.text(), row.line()));
    }
    return new TextPair(row.textA(), textB, index.getAsInt());
  }
}
