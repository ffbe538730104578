package io.ganglion.compiler.tune;

import java.util.List;

/** The labels of sentence pairs, by index. */
final class PairLabels {
  static final List<String> NAMES = List.of("not paraphrase", "paraphrase");
  static final int COUNT = 2;

  private PairLabels() {}
}
