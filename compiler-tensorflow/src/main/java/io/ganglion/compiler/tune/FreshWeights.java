package io.ganglion.compiler.tune;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seeded first values of a model that starts without a checkpoint.
 *
 * <p>A small model without pre-training learns to compare two texts only once its attention looks
 * from a word to the same word in the other text. So it starts with that attention: queries equal
 * keys, and a word weighs more than its position.
 */
final class FreshWeights {
  private static final double PLACE_SHARE = 0.25;

  private FreshWeights() {}

  /**
   * The standard deviation of weights with which a dense layer of this width preserves the
   * magnitude of its input.
   */
  static double deviation(int hiddenSize) {
    return 1 / Math.sqrt(hiddenSize);
  }

  /** Values of all parameters, row-major, by name. */
  static Map<String, float[]> of(BertConfig config, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : Parameter.of(config, PairLabels.COUNT)) {
      values.put(parameter.name(), parameter.fresh(seed, deviation(parameter, config)));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String attention = "bert/encoder/layer_" + layer + "/attention/self/";
      float[] query = values.get(attention + "query/kernel");
      values.put(attention + "key/kernel", query == null ? new float[0] : query.clone());
    }
    return values;
  }

  private static double deviation(Parameter parameter, BertConfig config) {
    boolean place =
        parameter.name().endsWith("position_embeddings")
            || parameter.name().endsWith("token_type_embeddings");
    return config.initializerRange() * (place ? PLACE_SHARE : 1);
  }
}
