package io.ganglion.server;

import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairRow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One or two texts and their right label.
 *
 * @param label index of the right label; empty if unknown
 */
record LabelledPair(String textA, @Nullable String textB, OptionalInt label) {
  /**
   * Reads the pairs of a file.
   *
   * @param labels labels of the model
   * @param notes receives a line for each row that was left out or cannot be judged
   */
  static List<LabelledPair> of(PairFile file, List<String> labels, PrintStream notes) {
    PairFile.Truth truth = file.truth(labels);
    file.notes().forEach(notes::println);
    truth.notes().forEach(notes::println);
    List<LabelledPair> pairs = new ArrayList<>(file.rows().size());
    for (int i = 0; i < file.rows().size(); i++) {
      PairRow row = file.rows().get(i);
      pairs.add(new LabelledPair(row.textA(), row.textB(), truth.indices().get(i)));
    }
    return pairs;
  }
}
