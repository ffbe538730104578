package io.ganglion.compiler.tune;

import io.ganglion.runtime.model.Activation;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A model with new, seeded weights.
 *
 * @param hidden size, a multiple of {@code heads}
 * @param dropout of dense layers and attention
 */
public record FreshStart(int layers, int hidden, int heads, int intermediate, double dropout)
    implements StartingPoint {
  private static final int LEAST_POSITIONS = 128;
  private static final int SEGMENTS = 2;

  @Override
  public BertConfig config(int vocabularySize, int maxLength) {
    return new BertConfig(
        vocabularySize,
        hidden,
        layers,
        heads,
        intermediate,
        Math.max(maxLength, LEAST_POSITIONS),
        SEGMENTS,
        Activation.GELU_TANH, // takes fewer passes over memory than erf
        dropout,
        dropout,
        FreshWeights.deviation(hidden));
  }

  @Override
  public Map<String, float[]> weights(BertConfig config, long seed, Consumer<String> notes) {
    return FreshWeights.of(config, seed);
  }

  @Override
  public String identity() {
    return "from scratch";
  }
}
