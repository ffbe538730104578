package io.ganglion.compiler.tune.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PairGeneratorTest {
  private static final List<TextPair> TRAIN =
      new PairGenerator(Split.TRAIN, 1, Mix.TRAINING).next(10_000);
  private static final List<TextPair> HELD_OUT =
      new PairGenerator(Split.HELD_OUT, 2, Mix.PLAIN).next(4000);

  @Test
  void theSameSeedGivesTheSamePairs() {
    assertThat(new PairGenerator(Split.HELD_OUT, 2, Mix.PLAIN).next(4000)).isEqualTo(HELD_OUT);
    assertThat(new PairGenerator(Split.HELD_OUT, 3, Mix.PLAIN).next(4000)).isNotEqualTo(HELD_OUT);
  }

  @Test
  void halfOfThePairsAreParaphrases() {
    assertThat(HELD_OUT.stream().mapToInt(TextPair::label).average().orElseThrow())
        .isBetween(0.49, 0.51);
    assertThat(TRAIN.stream().mapToInt(TextPair::label).average().orElseThrow())
        .isBetween(0.48, 0.52);
  }

  @Test
  void pairsHardlyEverComeTwice() {
    assertThat(new HashSet<>(TRAIN)).hasSizeGreaterThan(TRAIN.size() * 99 / 100);
    Set<TextPair> both = new HashSet<>(TRAIN);
    both.retainAll(HELD_OUT);
    assertThat(both).isEmpty();
  }

  @Test
  void theHalvesShareNoInventedNameAndNoNumberAboveTwenty() {
    Set<String> shared = strangeWords(TRAIN);
    shared.retainAll(strangeWords(HELD_OUT));
    assertThat(shared).isEmpty();
    assertThat(strangeWords(HELD_OUT)).hasSizeGreaterThan(500);
  }

  @Test
  void theHalvesShareNoSentenceForm() {
    assertThat(SentenceForm.of(fact(), Split.TRAIN))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(SentenceForm.of(fact(), Split.HELD_OUT));
  }

  @Test
  void neitherOverlapNorLengthTellsTheLabel() {
    List<ToDoubleFunction<TextPair>> features =
        List.of(
            pair -> Surface.of(pair).onlyA(),
            pair -> Surface.of(pair).onlyB(),
            pair -> Surface.of(pair).onlyA() + Surface.of(pair).onlyB(),
            PairGeneratorTest::jaccard,
            pair -> pair.textA().length() + pair.textB().length(),
            pair -> pair.textA().length() - pair.textB().length(),
            pair -> Surface.words(pair.textB()).size());
    for (ToDoubleFunction<TextPair> feature : features) {
      assertThat(bestThreshold(HELD_OUT, feature)).isLessThan(0.6);
      // Training pairs include easy ones, otherwise nothing could be learnt at first.
      assertThat(bestThreshold(TRAIN, feature)).isLessThan(0.85);
    }
  }

  @Test
  void wordsWithoutTheirOrderTellFarLessThanTheTrainedModelKnows() {
    WordsClassifier classifier = WordsClassifier.train(TRAIN);

    assertThat(classifier.accuracy(TRAIN)).as("it does learn").isGreaterThan(0.8);
    assertThat(classifier.accuracy(HELD_OUT)).isBetween(0.65, 0.82);
  }

  @Test
  void aTextAloneDoesNotTellTheLabel() {
    assertThat(firstTextBaseline()).isBetween(0.4, 0.58);
  }

  /** A naive Bayes classifier over the words of the second text, trained on TRAIN. */
  private static double firstTextBaseline() {
    var counts = new java.util.HashMap<String, double[]>();
    for (TextPair pair : TRAIN) {
      for (String word : Surface.words(pair.textB())) {
        counts.computeIfAbsent(word, w -> new double[] {1, 1})[pair.label()]++;
      }
    }
    int right = 0;
    for (TextPair pair : HELD_OUT) {
      double score = 0;
      for (String word : Surface.words(pair.textB())) {
        double[] count = counts.getOrDefault(word, new double[] {1, 1});
        score += Math.log(count[1] / count[0]);
      }
      right += (score > 0 ? 1 : 0) == pair.label() ? 1 : 0;
    }
    return (double) right / HELD_OUT.size();
  }

  /** The accuracy of the best threshold: at least (or below) this value means a paraphrase. */
  private static double bestThreshold(List<TextPair> pairs, ToDoubleFunction<TextPair> feature) {
    double best = 0;
    double[] values = pairs.stream().mapToDouble(feature).toArray();
    double[] cuts = Arrays.stream(values).distinct().sorted().toArray();
    for (int i = 0; i < cuts.length; i += Math.max(1, cuts.length / 40)) {
      int right = 0;
      for (int row = 0; row < values.length; row++) {
        right += (values[row] >= cuts[i] ? 1 : 0) == pairs.get(row).label() ? 1 : 0;
      }
      double share = (double) right / values.length;
      best = Math.max(best, Math.max(share, 1 - share));
    }
    return best;
  }

  private static double jaccard(TextPair pair) {
    Set<String> a = new HashSet<>(Surface.words(pair.textA()));
    Set<String> b = new HashSet<>(Surface.words(pair.textB()));
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    a.addAll(b);
    return (double) both.size() / a.size();
  }

  /** Words that are not plain words of the vocabulary: invented names and large numbers. */
  private static Set<String> strangeWords(List<TextPair> pairs) {
    Set<String> plain = new HashSet<>(PairVocabulary.pieces());
    Lexicon.NUMBER_WORDS.forEach(word -> plain.add(word.toLowerCase(Locale.ROOT)));
    for (int small = 2; small <= 20; small++) {
      plain.add(String.valueOf(small));
    }
    return pairs.stream()
        .flatMap(pair -> Surface.words(pair.textA() + " " + pair.textB()).stream())
        .filter(word -> !plain.contains(word))
        .collect(Collectors.toSet());
  }

  private static Fact fact() {
    return new Fact(
        Domain.BUSINESS,
        new Fact.Term(Domain.Kind.COMPANY, "Velmont Foods", -1, 0),
        0,
        new Fact.Term(Domain.Kind.COMPANY, "Torgard Media", -1, 0),
        0,
        "Dornwick",
        "on Monday",
        false);
  }
}
