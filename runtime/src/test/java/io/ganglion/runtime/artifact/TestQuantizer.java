package io.ganglion.runtime.artifact;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Writes weights in a manifest's precisions; int8 by the plainest scales that work. */
final class TestQuantizer {
  private TestQuantizer() {}

  /** A scale for each column, with room for larger inputs. */
  static float[] scales(double[][] rows) {
    float[] scales = new float[rows[0].length];
    Arrays.fill(scales, 1e-4f);
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        scales[i] = Math.max(scales[i], (float) (Math.abs(row[i]) * 1.5 / 127));
      }
    }
    return scales;
  }

  static float[] larger(float[] a, float[] b) {
    float[] larger = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      larger[i] = Math.max(a[i], b[i]);
    }
    return larger;
  }

  static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  static void write(
      SafeTensorsWriter writer,
      ModelManifest manifest,
      Map<String, float[]> source,
      Map<String, float[]> inputScales)
      throws ArtifactException {
    for (TensorSpec spec : WeightSchema.of(manifest)) {
      String name = spec.name();
      if (spec.type() == TensorType.I8) {
        float[] weight = folded(name, source, inputScales);
        writer.write(name, quantize(weight, weightScales(weight, spec.shape().get(1))));
      } else if (name.endsWith(".weight_scale")) {
        String weight = name.substring(0, name.length() - "_scale".length());
        writer.write(name, weightScales(folded(weight, source, inputScales), spec.shape().get(0)));
      } else if (name.endsWith(".input_scale")) {
        writer.write(name, inputScales.get(name.replaceAll("[.]input_scale$", "")));
      } else {
        writer.write(name, source.get(name));
      }
    }
  }

  /** A weight with its input's scales multiplied in, as it is quantized. */
  private static float[] folded(
      String weight, Map<String, float[]> source, Map<String, float[]> inputScales) {
    float[] scales = inputScales.get(weight.replaceAll("[.]weight$", ""));
    float[] values = source.get(weight).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scales[i / (values.length / scales.length)];
    }
    return values;
  }

  private static float[] weightScales(float[] weight, int outputs) {
    float[] scales = new float[outputs];
    for (int i = 0; i < weight.length; i++) {
      scales[i % outputs] = Math.max(scales[i % outputs], Math.abs(weight[i]) / 127);
    }
    return scales;
  }

  private static ByteBuffer quantize(float[] weight, float[] scales) {
    ByteBuffer bytes = ByteBuffer.allocate(weight.length);
    for (int i = 0; i < weight.length; i++) {
      bytes.put((byte) Math.round(weight[i] / scales[i % scales.length]));
    }
    return bytes.flip();
  }
}
