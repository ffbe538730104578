package io.ganglion.compiler.tune.pairs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shows how much can be learnt about pairs without word order: logistic regression over the words
 * that only the first text has, only the second, or both, and over their numbers. For one thread.
 */
final class WordsClassifier {
  private static final int EPOCHS = 8;
  private static final double RATE = 0.05;

  private final Map<String, Double> weights = new HashMap<>();

  /** Trains by stochastic gradient descent, in the order of {@code pairs}. */
  static WordsClassifier train(List<TextPair> pairs) {
    WordsClassifier classifier = new WordsClassifier();
    List<Set<String>> features = pairs.stream().map(WordsClassifier::features).toList();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i = 0; i < pairs.size(); i++) {
        double says = 1 / (1 + Math.exp(-classifier.score(features.get(i))));
        double step = RATE / (1 + epoch) * (pairs.get(i).label() - says);
        features.get(i).forEach(feature -> classifier.weights.merge(feature, step, Double::sum));
      }
    }
    return classifier;
  }

  /** The share of pairs that it labels correctly. */
  double accuracy(List<TextPair> pairs) {
    long right =
        pairs.stream().filter(pair -> score(features(pair)) > 0 == (pair.label() == 1)).count();
    return (double) right / pairs.size();
  }

  private double score(Set<String> features) {
    return features.stream().mapToDouble(feature -> weights.getOrDefault(feature, 0.0)).sum();
  }

  private static Set<String> features(TextPair pair) {
    Set<String> a = new HashSet<>(Surface.words(pair.textA()));
    Set<String> b = new HashSet<>(Surface.words(pair.textB()));
    Set<String> features = new HashSet<>(Set.of("bias"));
    int shared = 0;
    for (String word : a) {
      shared += b.contains(word) ? 1 : 0;
      features.add((b.contains(word) ? "both " : "a ") + word);
    }
    b.stream().filter(word -> !a.contains(word)).forEach(word -> features.add("b " + word));
    features.add("shared " + shared);
    features.add("only a " + (a.size() - shared));
    features.add("only b " + (b.size() - shared));
    return features;
  }
}
