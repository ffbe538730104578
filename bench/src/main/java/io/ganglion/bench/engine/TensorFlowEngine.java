package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * TensorFlow on the source SavedModel, with every pair padded to one length. Workers share a
 * session and give the output of the model's signature.
 */
public final class TensorFlowEngine implements Engine {
  private static final String SIGNATURE = "serving_default";

  private final SavedModelBundle bundle;
  private final SignatureDef signature;
  private final String output;
  private final int workers;
  private final int length;

  /**
   * @param length length to which every pair is padded
   */
  public TensorFlowEngine(Path savedModel, Layout layout, int threads, int length)
      throws EngineException {
    this.workers = layout.workers(threads);
    this.length = length;
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(layout.threadsPerBatch(threads))
            .setInterOpParallelismThreads(layout.workers(threads))
            .build();
    try {
      bundle =
          SavedModelBundle.loader(savedModel.toString())
              .withTags("serve")
              .withConfigProto(config)
              .load();
    } catch (TensorFlowException e) {
      throw new EngineException("TensorFlow cannot load " + savedModel, e);
    }
    Map<String, SignatureDef> signatures = bundle.metaGraphDef().getSignatureDefMap();
    signature =
        signatures.containsKey(SIGNATURE)
            ? signatures.get(SIGNATURE)
            : signatures.values().iterator().next();
    output = new TreeMap<>(signature.getOutputsMap()).firstEntry().getValue().getName();
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public Worker open(int index) {
    return new Worker() {
      @Override
      public float[][] infer(Batch batch) throws EngineException {
        return run(PaddedInputs.of(batch, length));
      }

      @Override
      public void close() {}
    };
  }

  private float[][] run(PaddedInputs inputs) throws EngineException {
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = bundle.session().runner().fetch(output);
      for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
        int[] values = valuesFor(input.getKey(), inputs);
        if (values.length > 0) {
          Tensor tensor = tensor(input.getValue().getDtype(), inputs, values);
          tensors.add(tensor);
          runner.feed(input.getValue().getName(), tensor);
        }
      }
      try (Result result = runner.run()) {
        return inputs.split(values((TFloat32) result.get(0)));
      }
    } catch (TensorFlowException e) {
      throw new EngineException("TensorFlow cannot run a batch", e);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** The value for the input with this name; empty if it does not affect the answer. */
  private static int[] valuesFor(String name, PaddedInputs inputs) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains("label") || lower.contains("example")) {
      return new int[0];
    }
    if (lower.contains("mask")) {
      return inputs.inputMask();
    }
    return lower.contains("segment") || lower.contains("type")
        ? inputs.segmentIds()
        : inputs.inputIds();
  }

  private static Tensor tensor(DataType type, PaddedInputs inputs, int[] values) {
    Shape shape = Shape.of(inputs.rows(), inputs.length());
    if (type == DataType.DT_INT64) {
      long[] wide = java.util.Arrays.stream(values).asLongStream().toArray();
      return TInt64.tensorOf(shape, t -> t.asRawTensor().data().asLongs().write(wide));
    }
    return TInt32.tensorOf(shape, t -> t.asRawTensor().data().asInts().write(values));
  }

  private static float[] values(TFloat32 result) {
    float[] values = new float[Math.toIntExact(result.size())];
    result.asRawTensor().data().asFloats().read(values);
    return values;
  }

  @Override
  public void close() {
    bundle.close();
  }
}
