package io.ganglion.server;

import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairRow;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One or two texts and the label they should get.
 *
 * @param label index of a label; empty where nobody knows
 */
record LabelledPair(String textA, @Nullable String textB, OptionalInt label) {
  /**
   * The pairs of a file.
   *
   * @param labels of the model
   * @param notes takes what was left out and what cannot be judged, a line each
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
