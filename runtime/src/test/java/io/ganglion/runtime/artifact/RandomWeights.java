package io.ganglion.runtime.artifact;

import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Weights of the size that training gives, by a seed. Scales of int8 are not among them. */
final class RandomWeights {
  private RandomWeights() {}

  static Map<String, float[]> of(ModelManifest manifest, long seed) {
    ModelDimensions dimensions = manifest.dimensions();
    Random random = new Random(seed);
    Map<String, float[]> weights = new HashMap<>();
    for (TensorSpec spec : WeightSchema.of(manifest)) {
      if (WeightSchema.isScale(spec.name())) {
        continue;
      }
      float[] values = new float[Math.toIntExact(spec.elements())];
      boolean gamma = spec.name().endsWith(".gamma");
      double deviation = spec.shape().size() == 2 ? 1 / Math.sqrt(spec.shape().get(0)) : 0.1;
      if (spec.name().startsWith("embeddings.")) {
        deviation = gamma ? 0.1 : 1;
      }
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * deviation + (gamma ? 1 : 0));
      }
      weights.put(spec.name(), values);
    }
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      scaleQuery(weights.get(Dense.QKV.name(layer) + ".weight"), dimensions);
      scaleQuery(weights.get(Dense.QKV.name(layer) + ".bias"), dimensions);
    }
    return weights;
  }

  private static void scaleQuery(float[] values, ModelDimensions dimensions) {
    int width = dimensions.hiddenSize();
    for (int i = 0; i < values.length; i++) {
      if (i % (3 * width) < width) {
        values[i] /= (float) Math.sqrt(dimensions.headSize());
      }
    }
  }
}
