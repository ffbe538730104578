package io.ganglion.runtime.artifact;

import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** The numbers that a model's tensors of any type stand for. Keeps what it has read. */
@FunctionalInterface
public interface TensorValues {
  /** A tensor's values, row-major. */
  double[] get(String name) throws ArtifactException;

  /** The numbers in an artifact's weights. */
  static TensorValues of(SafeTensors tensors) {
    Map<String, double[]> known = new HashMap<>();
    return name -> {
      double[] values = known.get(name);
      if (values == null) {
        values = read(tensors, name);
        known.put(name, values);
      }
      return values;
    };
  }

  /** A tensor's bytes, little-endian. */
  static ByteBuffer bytes(SafeTensors tensors, String name) throws ArtifactException {
    TensorSpec spec = tensors.spec(name);
    int size = Math.toIntExact(spec.elements() * spec.type().bytes());
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    tensors.read(name, bytes);
    return bytes.flip();
  }

  private static double[] read(SafeTensors tensors, String name) throws ArtifactException {
    TensorSpec spec = tensors.spec(name);
    ByteBuffer bytes = bytes(tensors, name);
    double[] values = new double[Math.toIntExact(spec.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (spec.type()) {
            case F32 -> bytes.getFloat(i * Float.BYTES);
            case BF16 -> BFloat16.toFloat(bytes.getShort(i * Short.BYTES));
            case I8 -> bytes.get(i);
            case I32 -> bytes.getInt(i * Integer.BYTES);
            case F64, F16, I64, I16, U8, BOOL -> throw new AssertionError(spec);
          };
    }
    if (spec.type() == TensorType.I8) {
      float[] outputs = tensors.floats(name + "_scale"); // x.weight, x.weight_scale
      String scale = name.replaceAll("weight$", "input_scale");
      boolean columns = tensors.specs().stream().anyMatch(found -> found.name().equals(scale));
      float[] inputs = columns ? tensors.floats(scale) : null;
      for (int i = 0; i < values.length; i++) {
        double column = inputs == null ? 1 : inputs[i / outputs.length];
        values[i] *= outputs[i % outputs.length] / column;
      }
    }
    return values;
  }
}
