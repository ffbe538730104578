package io.ganglion.compiler.tune;

import io.ganglion.compiler.savedmodel.TensorFlowProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Runs a {@link TrainingGraph}; owns its variables. Not thread-safe. */
final class TrainingSession implements AutoCloseable {
  static {
    TensorFlowProcess.prepare();
  }

  private final TrainingGraph graph;
  private final Session session;
  private final long seed;

  /**
   * The result of one step.
   *
   * @param gradientNorm norm of all gradients before clipping
   */
  record StepResult(float loss, float gradientNorm) {
    boolean isFinite() {
      return Float.isFinite(loss) && Float.isFinite(gradientNorm);
    }
  }

  /**
   * @param seed seed of the dropout
   * @param parts parts of a training batch, each computed by its own thread, because the operations
   *     of a small model are too short to be split among threads
   * @param threads threads of one operation; results are the same only for the same numbers of
   *     parts and threads
   */
  TrainingSession(BertConfig config, int labels, long seed, int parts, int threads) {
    this.graph = TensorFlowProcess.silently(() -> new TrainingGraph(config, labels, parts));
    ConfigProto options =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(parts)
            .build();
    this.session = TensorFlowProcess.silently(() -> new Session(graph.graph, options));
    this.seed = seed;
  }

  /** Sets every parameter to row-major values by name, and running means and step counter to 0. */
  void initialize(Map<String, float[]> values) {
    List<TType> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner().addTarget(graph.initialize);
      graph.initialValues.forEach(
          (name, placeholder) -> {
            float[] value = values.get(name);
            if (value == null) {
              throw new IllegalArgumentException("No value for " + name + ". This is a bug.");
            }
            Shape shape = placeholder.asOutput().shape();
            TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(value, true, false));
            fed.add(tensor);
            runner.feed(placeholder, tensor);
          });
      TensorFlowProcess.silently(runner::run).close();
    } finally {
      fed.forEach(TType::close);
    }
  }

  /** Number of steps taken so far. */
  long stepsDone() {
    try (Result result = session.runner().fetch(graph.stepsDone).run()) {
      return ((TInt64) result.get(0)).getLong();
    }
  }

  /** Trains on one batch, given in the session's number of parts. */
  StepResult step(List<Batch> parts, long step, double learningRate) {
    int[] allLabels = parts.stream().flatMapToInt(part -> Arrays.stream(part.labels())).toArray();
    try (Fed fed = new Fed(graph.parts, parts);
        TInt32 labels = TInt32.vectorOf(allLabels);
        TFloat32 rate = TFloat32.scalarOf((float) learningRate);
        TInt64 dropoutSeed = TInt64.vectorOf(seed, step);
        Result result =
            fed.into(session.runner())
                .feed(graph.labels, labels)
                .feed(graph.learningRate, rate)
                .feed(graph.dropoutSeed, dropoutSeed)
                .addTarget(graph.step)
                .fetch(graph.loss)
                .fetch(graph.gradientNorm)
                .run()) {
      return new StepResult(
          ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
    }
  }

  /** Logits of a batch without dropout: [size, labels]. */
  float[][] logits(Batch batch) {
    try (Fed fed = new Fed(List.of(graph.evaluated), List.of(batch));
        Result result = fed.into(session.runner()).fetch(graph.logits).run()) {
      TFloat32 logits = (TFloat32) result.get(0);
      float[][] rows = new float[batch.size()][(int) logits.shape().get(1)];
      for (int row = 0; row < rows.length; row++) {
        logits
            .get(row)
            .copyTo(
                NdArrays.wrap(Shape.of(rows[row].length), DataBuffers.of(rows[row], false, false)));
      }
      return rows;
    }
  }

  /** Writes parameters, running means and step counter as a TensorFlow checkpoint. */
  void save(Path prefix) {
    runWithCheckpoint(prefix, true);
  }

  /** Reads what {@link #save} wrote. */
  void restore(Path prefix) {
    runWithCheckpoint(prefix, false);
  }

  private void runWithCheckpoint(Path prefix, boolean save) {
    try (TString name = TString.scalarOf(prefix.toAbsolutePath().toString())) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.checkpoint, name)
              .addTarget(save ? graph.save : graph.restore);
      TensorFlowProcess.silently(runner::run).close();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  /** The tensors of batches and the placeholders that they are fed to. */
  private static final class Fed implements AutoCloseable {
    private final Map<Operand<TInt32>, TInt32> tensors = new LinkedHashMap<>();

    Fed(List<TrainingGraph.Input> inputs, List<Batch> batches) {
      if (inputs.size() != batches.size()) {
        throw new IllegalArgumentException(
            batches.size() + " parts for " + inputs.size() + " inputs. This is a bug.");
      }
      for (int i = 0; i < inputs.size(); i++) {
        Batch batch = batches.get(i);
        Shape shape = Shape.of(batch.size(), batch.length());
        tensors.put(inputs.get(i).ids(), tensor(shape, batch.ids()));
        tensors.put(inputs.get(i).mask(), tensor(shape, batch.mask()));
        tensors.put(inputs.get(i).segmentIds(), tensor(shape, batch.segments()));
      }
    }

    private static TInt32 tensor(Shape shape, int[] values) {
      return TInt32.tensorOf(shape, DataBuffers.of(values, true, false));
    }

    Session.Runner into(Session.Runner runner) {
      tensors.forEach(runner::feed);
      return runner;
    }

    @Override
    public void close() {
      tensors.values().forEach(TInt32::close);
    }
  }
}
