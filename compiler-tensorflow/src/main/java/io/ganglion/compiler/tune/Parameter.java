package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A trained tensor, named as run_classifier.py names it.
 *
 * @param start its first value if no checkpoint has it
 */
record Parameter(String name, List<Integer> shape, Start start) {
  /** The first value of a fresh parameter. */
  enum Start {
    TRUNCATED_NORMAL,
    ZEROS,
    ONES
  }

  /** The part of a classifier that a parameter belongs to. */
  enum Part {
    /** Embeddings and layers: without them there is nothing to start from. */
    ENCODER,
    POOLER,
    HEAD
  }

  static final String HEAD_WEIGHTS = "output_weights";
  static final String HEAD_BIAS = "output_bias";
  private static final String POOLER = "bert/pooler/dense";

  /** All parameters of a classifier, embeddings first, the head last. */
  static List<Parameter> of(BertConfig config, int labels) {
    int hidden = config.hiddenSize();
    List<Parameter> all = new ArrayList<>();
    String embeddings = "bert/embeddings/";
    addMatrix(all, embeddings + "word_embeddings", config.vocabularySize(), hidden);
    addMatrix(all, embeddings + "token_type_embeddings", config.segments(), hidden);
    addMatrix(all, embeddings + "position_embeddings", config.maxPositions(), hidden);
    addLayerNorm(all, embeddings + "LayerNorm", hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      String name = "bert/encoder/layer_" + layer + "/";
      addDense(all, name + "attention/self/query", hidden, hidden);
      addDense(all, name + "attention/self/key", hidden, hidden);
      addDense(all, name + "attention/self/value", hidden, hidden);
      addDense(all, name + "attention/output/dense", hidden, hidden);
      addLayerNorm(all, name + "attention/output/LayerNorm", hidden);
      addDense(all, name + "intermediate/dense", hidden, config.intermediateSize());
      addDense(all, name + "output/dense", config.intermediateSize(), hidden);
      addLayerNorm(all, name + "output/LayerNorm", hidden);
    }
    addDense(all, POOLER, hidden, hidden);
    addMatrix(all, HEAD_WEIGHTS, labels, hidden);
    all.add(new Parameter(HEAD_BIAS, List.of(labels), Start.ZEROS));
    return List.copyOf(all);
  }

  Part part() {
    if (name.equals(HEAD_WEIGHTS) || name.equals(HEAD_BIAS)) {
      return Part.HEAD;
    }
    return name.startsWith(POOLER) ? Part.POOLER : Part.ENCODER;
  }

  /** Whether weight decay applies: not to layer norms and biases. */
  boolean decays() {
    return !name.contains("LayerNorm") && !name.contains("bias");
  }

  int elements() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /**
   * Fresh values. They depend only on the seed, the name and the shape.
   *
   * @param deviation standard deviation of a normal distribution, cut off at two deviations
   */
  float[] fresh(long seed, double deviation) {
    float[] values = new float[elements()];
    SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (start) {
            case TRUNCATED_NORMAL -> (float) (deviation * truncatedNormal(random));
            case ZEROS -> 0;
            case ONES -> 1;
          };
    }
    return values;
  }

  private static double truncatedNormal(SplittableRandom random) {
    while (true) {
      double value = random.nextGaussian();
      if (Math.abs(value) <= 2) {
        return value;
      }
    }
  }

  private static void addDense(List<Parameter> all, String name, int inputs, int outputs) {
    addMatrix(all, name + "/kernel", inputs, outputs);
    all.add(new Parameter(name + "/bias", List.of(outputs), Start.ZEROS));
  }

  private static void addLayerNorm(List<Parameter> all, String name, int size) {
    all.add(new Parameter(name + "/gamma", List.of(size), Start.ONES));
    all.add(new Parameter(name + "/beta", List.of(size), Start.ZEROS));
  }

  private static void addMatrix(List<Parameter> all, String name, int rows, int columns) {
    all.add(new Parameter(name, List.of(rows, columns), Start.TRUNCATED_NORMAL));
  }
}
