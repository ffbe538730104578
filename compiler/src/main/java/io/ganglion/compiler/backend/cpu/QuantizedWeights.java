package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.nio.ByteBuffer;
import java.util.Set;

/** Writes a model's tensors. Those in int8 get scales and biases from a plan. */
public final class QuantizedWeights {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String WEIGHT_SCALE = ".weight_scale";
  private static final String INPUT_SCALE = ".input_scale";

  private final QuantizationPlan plan;
  private final WeightReader weights;
  private final Set<String> kept;

  /**
   * @param kept matrices of the plan that are not quantized
   */
  public QuantizedWeights(QuantizationPlan plan, WeightReader weights, Set<String> kept) {
    this.plan = plan;
    this.weights = weights;
    this.kept = Set.copyOf(kept);
  }

  /** Writes the tensor of this spec. */
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
    } else if (name.endsWith(BIAS) && isQuantized(matrix(name, BIAS))) {
      file.write(name, bias(matrix(name, BIAS)));
    } else {
      file.write(name, weights.read(name));
    }
  }

  private boolean isQuantized(String matrix) {
    return plan.has(matrix) && !kept.contains(matrix);
  }

  private float[] bias(String matrix) throws CompileException {
    float[] bias = weights.read(matrix + BIAS);
    float[] lost = plan.scales(matrix).lostOnTheMean(weights.read(matrix + WEIGHT));
    for (int o = 0; o < bias.length; o++) {
      bias[o] += lost[o];
    }
    return bias;
  }

  private static String matrix(String tensor, String suffix) {
    return tensor.substring(0, tensor.length() - suffix.length());
  }
}
