package io.ganglion.server;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two texts and the label they should get.
 *
 * @param label index of a label
 */
record LabelledPair(String textA, String textB, int label) {
  /** Columns of GLUE's MRPC: quality, two ids, two texts. */
  private static final int COLUMNS = 5;

  /**
   * Reads GLUE's MRPC form: a header line, then tab-separated {@code Quality #1ID #2ID #1String
   * #2String}, no quoting.
   *
   * @throws IOException if it cannot be read, or a line is not of this form
   */
  static List<LabelledPair> read(Path tsv) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(tsv);
    } catch (NoSuchFileException e) {
      throw new IOException("There is no data set " + tsv + ".", e);
    } catch (CharacterCodingException e) {
      throw new IOException("The data set " + tsv + " is not valid UTF-8.", e);
    }
    List<LabelledPair> pairs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] columns = lines.get(i).split("\t", -1);
      if (columns.length != COLUMNS || !columns[0].matches("\\d{1,4}")) {
        throw new IOException(
            "Line "
                + (i + 1)
                + " of "
                + tsv
                + " is not a labelled pair: label, id, id, text, text, separated by tabs.");
      }
      pairs.add(new LabelledPair(columns[3], columns[4], Integer.parseInt(columns[0])));
    }
    if (pairs.isEmpty()) {
      throw new IOException("The data set " + tsv + " holds no pairs.");
    }
    return pairs;
  }
}
