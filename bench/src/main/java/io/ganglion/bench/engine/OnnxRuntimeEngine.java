package io.ganglion.bench.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ganglion.bench.onnx.BertOnnx;
import io.ganglion.bench.workload.Batch;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * ONNX Runtime on a file of {@link BertOnnx}. Several threads may run a session at once, so all
 * workers share one. Workers give logits.
 */
public final class OnnxRuntimeEngine implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int workers;
  private final int fixedLength;

  /**
   * @param fixedLength length to which every pair is padded; 0 pads to the longest of the batch
   */
  public OnnxRuntimeEngine(Path model, Layout layout, int threads, int fixedLength)
      throws EngineException {
    this.workers = layout.workers(threads);
    this.fixedLength = fixedLength;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(layout.threadsPerBatch(threads));
      options.setInterOpNumThreads(1);
      session = environment.createSession(model.toString(), options);
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime cannot load " + model, e);
    }
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
        return run(PaddedInputs.of(batch, fixedLength));
      }

      @Override
      public void close() {}
    };
  }

  private float[][] run(PaddedInputs inputs) throws EngineException {
    try (OnnxTensor ids = tensor(inputs, inputs.inputIds());
        OnnxTensor segments = tensor(inputs, inputs.segmentIds());
        OnnxTensor mask = tensor(inputs, inputs.inputMask());
        OrtSession.Result result =
            session.run(
                Map.of(
                    BertOnnx.INPUT_IDS, ids,
                    BertOnnx.SEGMENT_IDS, segments,
                    BertOnnx.INPUT_MASK, mask))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime cannot run a batch", e);
    }
  }

  private OnnxTensor tensor(PaddedInputs inputs, int[] values) throws OrtException {
    long[] shape = {inputs.rows(), inputs.length()};
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session.", e);
    }
  }
}
