package io.ganglion.bench.roofline;

import static io.ganglion.bench.roofline.NativeMemory.check;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.roofline.DenseKernel.PostOp;
import io.ganglion.bench.roofline.DenseKernel.Shape;
import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.artifact.Gelu;
import io.ganglion.runtime.artifact.ModelDimensions;
import io.ganglion.runtime.artifact.Precision;
import io.ganglion.runtime.artifact.WeightSchema.Dense;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Runs the four matrix multiplications of every encoder layer with their fused post-ops, and
 * nothing else, on random numbers of the model's shapes: the real tokens of a batch as rows, and
 * after the last attention the first tokens alone, as the CPU core does. Gives no answers.
 *
 * <p>Weights are a layer's own, so that they come from memory as they must in a model.
 */
public final class RooflineEngine implements Engine {
  /** The core's rows come in multiples of this. */
  private static final int ROW_BLOCK = 16;

  /** The row count that layouts are chosen for; any of the core's usual ones gives the same. */
  private static final int LAYOUT_ROWS = 256;

  private final dnnl_engine engine = new dnnl_engine();
  private final NativeMemory shared;
  private final ModelDimensions dimensions;
  private final Map<Dense, Shape> shapes;
  private final Map<Dense, dnnl_memory_desc> packed = new EnumMap<>(Dense.class);
  private final List<Map<Dense, dnnl_memory>> layers = new ArrayList<>();
  private final dnnl_memory floats;
  private final int workers;

  public RooflineEngine(ModelDimensions dimensions, Gelu gelu, Precision precision, int workers) {
    this.dimensions = dimensions;
    this.workers = workers;
    this.shapes = shapes(dimensions, gelu, precision);
    check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "create its CPU engine");
    shared = new NativeMemory(engine);
    long widest = Math.max(3L * dimensions.hiddenSize(), dimensions.intermediateSize());
    floats = shared.random(shared.matrix(NumberType.F32, false, 1, widest), NumberType.F32);
    OpenMp.threadsOfThisThread(1);
    shapes.forEach(
        (dense, shape) ->
            packed.put(
                dense, new DenseKernel(engine, shared, shape, LAYOUT_ROWS, null).weights()));
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      Map<Dense, dnnl_memory> weights = new EnumMap<>(Dense.class);
      packed.forEach(
          (dense, layout) -> {
            weights.put(dense, shared.random(layout, sourceOf(precision)));
          });
      layers.add(weights);
    }
  }

  private static NumberType sourceOf(Precision precision) {
    return switch (precision) {
      case FP32 -> NumberType.F32;
      case BF16 -> NumberType.BF16;
      case INT8 -> NumberType.S8;
    };
  }

  private static Map<Dense, Shape> shapes(
      ModelDimensions dimensions, Gelu gelu, Precision precision) {
    NumberType source = sourceOf(precision);
    // Between matrices values flow as bf16, except where one int8 matrix feeds the next.
    NumberType stream = precision == Precision.FP32 ? NumberType.F32 : NumberType.BF16;
    PostOp activation =
        switch (gelu) {
          case TANH -> PostOp.GELU_TANH;
          case ERF -> PostOp.GELU_ERF;
          case SIGMOID -> PostOp.SWISH;
        };
    Map<Dense, Shape> shapes = new EnumMap<>(Dense.class);
    for (Dense dense : Dense.values()) {
      boolean between = dense == Dense.INTERMEDIATE;
      PostOp post =
          switch (dense) {
            case QKV -> PostOp.NONE;
            case INTERMEDIATE -> activation;
            case ATTENTION_OUTPUT, OUTPUT -> PostOp.ADD_DESTINATION;
          };
      shapes.put(
          dense,
          new Shape(
              dense.inputs(dimensions),
              dense.outputs(dimensions),
              source,
              between ? source : stream,
              post));
    }
    return shapes;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public Worker open(int index) {
    OpenMp.threadsOfThisThread(1);
    return new RooflineWorker();
  }

  @Override
  public void close() {
    shared.close();
    dnnl.dnnl_engine_destroy(engine);
  }

  /** One thread's kernels and activations. */
  private final class RooflineWorker implements Worker {
    private final NativeMemory memory = new NativeMemory(engine);
    private final dnnl_stream stream = new dnnl_stream();
    private final Map<Long, List<Runnable>> plans = new HashMap<>();

    RooflineWorker() {
      check(
          dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_in_order), "create a stream");
    }

    @Override
    public float[][] infer(Batch batch) {
      long rows = roundUp(batch.tokens().tokens());
      long firstTokens = roundUp(batch.size());
      plans
          .computeIfAbsent(rows << 32 | firstTokens, key -> plan(rows, firstTokens))
          .forEach(Runnable::run);
      return new float[0][];
    }

    private List<Runnable> plan(long rows, long firstTokens) {
      Map<Dense, Step> all = steps(rows);
      Map<Dense, Step> last = steps(firstTokens);
      List<Runnable> plan = new ArrayList<>();
      for (int layer = 0; layer < dimensions.layers(); layer++) {
        for (Dense dense : Dense.values()) {
          boolean atEnd = layer == dimensions.layers() - 1 && dense != Dense.QKV;
          dnnl_memory weights = layers.get(layer).get(dense);
          plan.add((atEnd ? last : all).get(dense).with(weights));
        }
      }
      return plan;
    }

    private Map<Dense, Step> steps(long rows) {
      Map<Dense, Step> steps = new EnumMap<>(Dense.class);
      Map<Dense, dnnl_memory> sources = new EnumMap<>(Dense.class);
      Map<Dense, dnnl_memory> results = new EnumMap<>(Dense.class);
      shapes.forEach((dense, shape) -> sources.put(dense, tensor(rows, shape.inputs(), shape.source())));
      shapes.forEach(
          (dense, shape) -> results.put(dense, tensor(rows, shape.outputs(), shape.destination())));
      // Read again at once, as in the core: the result of one matrix is the source of the next.
      sources.put(Dense.OUTPUT, results.get(Dense.INTERMEDIATE));
      results.put(Dense.OUTPUT, results.get(Dense.ATTENTION_OUTPUT));
      shapes.forEach(
          (dense, shape) ->
              steps.put(
                  dense,
                  new Step(
                      new DenseKernel(engine, memory, shape, rows, packed.get(dense)),
                      shape,
                      sources.get(dense),
                      results.get(dense))));
      return steps;
    }

    private dnnl_memory tensor(long rows, long columns, NumberType type) {
      return memory.random(memory.matrix(type, false, rows, columns), type);
    }

    /** A kernel with its activations, for the weights of any layer. */
    private final class Step {
      private final DenseKernel kernel;
      private final Shape shape;
      private final dnnl_memory source;
      private final dnnl_memory result;

      Step(DenseKernel kernel, Shape shape, dnnl_memory source, dnnl_memory result) {
        this.kernel = kernel;
        this.shape = shape;
        this.source = source;
        this.result = result;
      }

      Runnable with(dnnl_memory weights) {
        return kernel.bind(stream, shape, source, weights, floats, result, floats, floats);
      }
    }

    @Override
    public void close() {
      dnnl.dnnl_stream_destroy(stream);
      memory.close();
    }
  }

  private static long roundUp(long rows) {
    return (rows + ROW_BLOCK - 1) / ROW_BLOCK * ROW_BLOCK;
  }
}
