package io.ganglion.bench.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.ganglion.bench.onnx.ModelWeights;
import io.ganglion.bench.workload.Batch;
import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch on the weights of an fp32 artifact, through DJL: BERT's forward run step by step, as
 * PyTorch does without a compiler, every pair padded to the longest of its batch. All values and
 * weights are of one type. Workers share the weights and give logits.
 */
public final class PyTorchEngine implements Engine {
  static final String NAME = "PyTorch";
  private static final float MASKED = -10_000;

  private final NDManager weights;
  private final List<TorchProgram> programs = new ArrayList<>();
  private final TorchProgram toType;
  private final EncoderForward<NDArray> forward;
  private final PyTorchOperations operations;
  private final int workers;
  private final int threadsPerBatch;

  /** The number type of all values and weights. */
  public enum Type {
    FP32("torch.to(x, 6)"),
    BF16("torch.to(x, 15)");

    private final String conversion;

    Type(String conversion) {
      this.conversion = conversion;
    }
  }

  public PyTorchEngine(ModelWeights model, Type type, Layout layout, int threads)
      throws EngineException {
    workers = layout.workers(threads);
    threadsPerBatch = layout.threadsPerBatch(threads);
    try {
      // It asks no network for its natives, which are on the class path.
      System.setProperty("ai.djl.offline", "true");
      weights = NDManager.newBaseManager(Device.cpu(), NAME);
    } catch (RuntimeException | LinkageError e) {
      throw new EngineException("PyTorch cannot be loaded", e);
    }
    ModelManifest manifest = model.manifest();
    try {
      toType = program(type.conversion);
      TorchProgram softmax = program("torch.softmax(x, -1)");
      TorchProgram geluTanh = program("torch.gelu(x, approximate=\"tanh\")");
      operations = new PyTorchOperations(manifest, load(model), softmax, geluTanh);
    } catch (IOException | RuntimeException e) {
      close();
      throw new EngineException("PyTorch cannot load the model", e);
    }
    forward =
        new EncoderForward<>(
            manifest.dimensions(), manifest.activation(), manifest.head(), operations);
  }

  private TorchProgram program(String expression) throws IOException {
    TorchProgram program = TorchProgram.of(expression);
    programs.add(program);
    return program;
  }

  private Map<String, NDArray> load(ModelWeights model) throws IOException {
    Map<String, NDArray> loaded = new HashMap<>();
    for (TensorSpec spec : WeightSchema.of(model.manifest())) {
      try (NDManager parts = weights.newSubManager()) {
        NDArray stored = parts.create(model.floats(spec.name()), shape(spec));
        NDArray turned = spec.name().endsWith(".weight") ? stored.transpose() : stored;
        // Flattened and back: copied in the order of [outputs, inputs], as PyTorch's layers hold
        // it, where a transposed tensor is but a view.
        NDArray kept = toType.run(turned.flatten()).reshape(turned.getShape());
        kept.attach(weights);
        loaded.put(spec.name(), kept);
      }
    }
    return loaded;
  }

  private static Shape shape(TensorSpec spec) {
    return new Shape(spec.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public Worker open(int index) {
    JniUtils.setNumThreads(threadsPerBatch); // of the calling thread's products
    return new Worker() {
      @Override
      public float[][] infer(Batch batch) throws EngineException {
        return run(PaddedInputs.of(batch, 0));
      }

      @Override
      public void close() {}
    };
  }

  private float[][] run(PaddedInputs inputs) throws EngineException {
    try (NDManager values = weights.newSubManager()) {
      NDArray mask = mask(values, inputs);
      NDArray x = embeddings(values, inputs);
      for (int layer = 0; layer < operations.manifest().dimensions().layers(); layer++) {
        // What a layer leaves behind is freed with it: kept, it would fill the caches.
        try (NDManager ofLayer = values.newSubManager()) {
          x.attach(ofLayer);
          NDArray next = forward.layer(x, mask, layer);
          next.attach(values);
          x = next;
        }
      }
      NDArray logits = forward.outputs(x.get(new NDIndex(":, 0")));
      return inputs.split(logits.toType(DataType.FLOAT32, false).toFloatArray());
    } catch (RuntimeException e) {
      throw new EngineException("PyTorch cannot run a batch", e);
    }
  }

  private NDArray embeddings(NDManager values, PaddedInputs inputs) {
    Shape shape = new Shape(inputs.rows(), inputs.length());
    NDArray words =
        operations.lookUp(values.create(inputs.inputIds(), shape), WeightSchema.WORD_EMBEDDINGS);
    NDArray segments =
        operations.lookUp(
            values.create(inputs.segmentIds(), shape), WeightSchema.SEGMENT_EMBEDDINGS);
    NDArray positions = operations.weight(WeightSchema.POSITION_EMBEDDINGS);
    try (NDArray first = positions.get(new NDIndex("0:{}", inputs.length()))) {
      return forward.embeddings(words, segments, first);
    }
  }

  private NDArray mask(NDManager values, PaddedInputs inputs) {
    float[] mask = new float[inputs.inputMask().length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = inputs.inputMask()[i] == 0 ? MASKED : 0;
    }
    return toType.run(values.create(mask, new Shape(inputs.rows(), 1, 1, inputs.length())));
  }

  @Override
  public void close() {
    programs.forEach(TorchProgram::close);
    weights.close();
  }
}
