package io.ganglion.loadgen;

import io.ganglion.api.TextPair;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import io.ganglion.cli.pairs.PairRow;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a run asks.
 *
 * @param name name of their origin
 * @param pairs at least one
 * @param notes sentences about pairs that were left out or cannot be judged
 */
record PairSet(String name, List<Question> pairs, List<String> notes) {
  private static final Pattern PARAPHRASE =
      Pattern.compile("(is_)?(paraphrase|equivalent|duplicate)", Pattern.CASE_INSENSITIVE);

  PairSet {
    pairs = List.copyOf(pairs);
    notes = List.copyOf(notes);
  }

  /** The bundled pairs. */
  static PairFile bundled() throws PairFileException {
    InputStream in = PairSet.class.getResourceAsStream("pairs.tsv");
    return PairFile.read("the bundled pairs", Objects.requireNonNull(in, "pairs.tsv"));
  }

  /**
   * Reads the pairs of a file.
   *
   * @param labels labels of the model that will answer
   */
  static PairSet of(PairFile file, List<String> labels) {
    if (labels.size() == 1) {
      return unjudged(file);
    }
    PairFile.Truth truth = file.truth(labels);
    List<Question> pairs = new ArrayList<>(file.rows().size());
    for (int i = 0; i < file.rows().size(); i++) {
      PairRow row = file.rows().get(i);
      int label = truth.indices().get(i).orElse(LabelledPair.UNLABELLED);
      pairs.add(new LabelledPair(new TextPair(row.textA(), row.textB()), label));
    }
    List<String> notes = new ArrayList<>(file.notes());
    notes.addAll(truth.notes());
    return new PairSet(file.name(), pairs, notes);
  }

  /** The pairs for a model of one output: there is no label that it could miss. */
  private static PairSet unjudged(PairFile file) {
    List<String> notes = new ArrayList<>(file.notes());
    notes.add("No accuracy: the model has one output and chooses no label.");
    return new PairSet(
        file.name(),
        file.rows().stream()
            .<Question>map(
                row ->
                    new LabelledPair(
                        new TextPair(row.textA(), row.textB()), LabelledPair.UNLABELLED))
            .toList(),
        notes);
  }

  /** The same pairs without labels, for a model that answers another question. A note says so. */
  PairSet withoutLabels() {
    return new PairSet(
        name,
        pairs.stream().map(PairSet::withoutLabel).toList(),
        List.of("No accuracy: the labels of " + name + " are not for this model; give --data."));
  }

  private static Question withoutLabel(Question question) {
    return question instanceof LabelledPair labelled
        ? new LabelledPair(labelled.pair(), LabelledPair.UNLABELLED)
        : question;
  }

  /**
   * Whether a model's labels fit the question of the bundled pairs: are the two texts paraphrases,
   * 0 for no and 1 for yes. Labels without names may fit any question.
   */
  static boolean bundledLabelsFit(List<String> labels) {
    return labels.size() == 2 && PARAPHRASE.matcher(labels.get(1)).matches();
  }

  /** A text such as {@code words a pair: min 4, p50 21, p90 34, max 60}. */
  String lengths() {
    int[] words = pairs.stream().mapToInt(Question::words).sorted().toArray();
    return "words a %s: min %d, p50 %d, p90 %d, p99 %d, max %d, mean %.1f"
        .formatted(
            pairs.get(0) instanceof LabelledPair ? "pair" : "request",
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
