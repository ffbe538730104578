package io.ganglion.cli.pairs;

import java.util.List;
import java.util.Locale;

/**
 * The columns of texts and labels, found by the names in a header. Case does not matter.
 *
 * @param count number of columns of the file
 * @param textA index of the first text
 * @param textB index of the second, or {@link #NONE}
 * @param label index of the label, or {@link #NONE}
 */
record PairColumns(int count, int textA, int textB, int label) {
  static final int NONE = -1;

  private record Texts(String first, String second) {}

  /**
   * Headers of pairs: MRPC; RTE, STS-B, WNLI and MNLI; QQP; QNLI; and other common names. The first
   * match counts.
   */
  private static final List<Texts> PAIRS =
      List.of(
          new Texts("#1 string", "#2 string"),
          new Texts("sentence1", "sentence2"),
          new Texts("question1", "question2"),
          new Texts("question", "sentence"),
          new Texts("premise", "hypothesis"),
          new Texts("query", "document"),
          new Texts("query", "passage"),
          new Texts("text_a", "text_b"),
          new Texts("text1", "text2"));

  /** Headers of single texts: SST-2 and other common names. */
  private static final List<String> SINGLE = List.of("sentence", "text");

  /** Headers of labels: MRPC, MNLI, most of GLUE, QQP, STS-B, of ranked documents and entities. */
  private static final List<String> LABELS =
      List.of("quality", "gold_label", "label", "is_duplicate", "score", "relevance", "entities");

  private static final int SHOWN = 200;

  /**
   * Finds the columns.
   *
   * @param where file and line, in messages
   */
  static PairColumns of(String where, List<String> header) throws PairFileException {
    List<String> names = header.stream().map(n -> n.strip().toLowerCase(Locale.ROOT)).toList();
    int label =
        LABELS.stream().filter(names::contains).findFirst().map(names::indexOf).orElse(NONE);
    for (Texts texts : PAIRS) {
      if (names.contains(texts.first()) && names.contains(texts.second())) {
        return checked(
            where,
            names,
            new PairColumns(
                names.size(), names.indexOf(texts.first()), names.indexOf(texts.second()), label));
      }
    }
    for (String single : SINGLE) {
      if (names.contains(single)) {
        return checked(
            where, names, new PairColumns(names.size(), names.indexOf(single), NONE, label));
      }
    }
    throw new PairFileException(unknown(where, header));
  }

  private static PairColumns checked(String where, List<String> names, PairColumns columns)
      throws PairFileException {
    for (int column : new int[] {columns.textA, columns.textB, columns.label}) {
      if (column != NONE && names.lastIndexOf(names.get(column)) != column) {
        throw new PairFileException(
            "%s: the header has the column \"%s\" twice.".formatted(where, names.get(column)));
      }
    }
    return columns;
  }

  private static String unknown(String where, List<String> header) {
    String names = String.join(", ", header);
    String shown = names.length() > SHOWN ? names.substring(0, SHOWN) + "..." : names;
    return ("%s: the header has no known columns of texts but \"%s\"; name two of them, apart by a"
            + " tab, \"#1 String\" and \"#2 String\" (as MRPC does), \"sentence1\" and"
            + " \"sentence2\", \"question1\" and \"question2\", \"question\" and \"sentence\","
            + " \"premise\" and \"hypothesis\", \"query\" and \"document\", \"text_a\" and \"text_b\", or one \"sentence\" or"
            + " \"text\".")
        .formatted(where, shown);
  }
}
