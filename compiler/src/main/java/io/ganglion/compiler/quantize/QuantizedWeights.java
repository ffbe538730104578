package io.ganglion.compiler.quantize;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.artifact.TensorType;
import java.nio.ByteBuffer;

/** Writes a model's tensors, the int8 ones and their scales by a plan. */
public final class QuantizedWeights {
  private static final String WEIGHT = ".weight";
  private static final String WEIGHT_SCALE = ".weight_scale";
  private static final String INPUT_SCALE = ".input_scale";

  private final QuantizationPlan plan;
  private final WeightReader weights;

  public QuantizedWeights(QuantizationPlan plan, WeightReader weights) {
    this.plan = plan;
    this.weights = weights;
  }

  /** Writes the tensor that {@code spec} describes. */
  public void write(SafeTensorsWriter file, TensorSpec spec)
      throws ArtifactException, CompileException {
    String name = spec.name();
    if (spec.type() == TensorType.I8) {
      byte[] quantized = plan.scales(matrix(name, WEIGHT)).quantize(weights.read(name));
      file.write(name, ByteBuffer.wrap(quantized));
    } else if (name.endsWith(WEIGHT_SCALE)) {
      file.write(name, plan.scales(matrix(name, WEIGHT_SCALE)).weightScale());
    } else if (name.endsWith(INPUT_SCALE)) {
      file.write(name, plan.scales(matrix(name, INPUT_SCALE)).inputScale());
    } else {
      file.write(name, weights.read(name));
    }
  }

  private static String matrix(String tensor, String suffix) {
    return tensor.substring(0, tensor.length() - suffix.length());
  }
}
