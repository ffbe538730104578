package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Precision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * How fast one thread's multiply units are in a precision: the fastest of a few square-ish products
 * through oneDNN, again and again on the same operands, which stay in the level 2 cache. No model
 * can be faster by oneDNN; the units themselves can, by the little that a kernel loses at its
 * edges.
 *
 * @param precision of the operands; of a CPU without its instructions, what it runs in instead
 * @param shape of the fastest product: rows x inputs x outputs
 * @param kernel as oneDNN names it
 * @param operationsPerSecond two for each multiply-add
 */
public record UnitPeak(
    Precision precision, String shape, String kernel, double operationsPerSecond) {
  // Whole tiles in every direction; long sums, so that few results are stored.
  private static final List<Shape> SHAPES =
      List.of(new Shape(256, 1024, 256), new Shape(128, 2048, 128), new Shape(320, 512, 512));

  private static final double TURN_SECONDS = 0.05;
  private static final int TURNS = 5;
  private static final int RUNS_A_LOOK = 8; // between two looks at the clock

  private record Shape(int rows, int inputs, int outputs) {
    double operations() {
      return 2.0 * rows * inputs * outputs;
    }
  }

  /** Measures with the calling thread alone, in about a second. */
  public static UnitPeak measure(Precision wanted) {
    int threads = Dnnl.threads().get();
    Dnnl.threads().set(1);
    try {
      Precision precision = Dnnl.isa().execution(wanted);
      UnitPeak best = measure(precision, SHAPES.get(0));
      for (Shape shape : SHAPES.subList(1, SHAPES.size())) {
        UnitPeak other = measure(precision, shape);
        best = other.operationsPerSecond > best.operationsPerSecond ? other : best;
      }
      return best;
    } finally {
      Dnnl.threads().set(threads);
    }
  }

  private static UnitPeak measure(Precision precision, Shape shape) {
    DnnlType left = left(precision);
    DnnlType right = left == DnnlType.U8 ? DnnlType.S8 : left;
    try (NativeScope scope = new NativeScope()) {
      dnnl_stream stream = Dnnl.newStream();
      scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
      Scratch scratch = new Scratch();
      scope.onClose(scratch::close);
      dnnl_memory_desc source = scope.dense(left, shape.rows, shape.inputs);
      dnnl_memory_desc result =
          scope.dense(left == DnnlType.BF16 ? left : DnnlType.F32, shape.rows, shape.outputs);
      Primitive product =
          Kernels.batchedMatmul(
              scope,
              scratch,
              source,
              scope.anyLayout(right, shape.inputs, shape.outputs),
              null,
              result);
      Execution execution =
          Execution.of(product)
              .with(dnnl.DNNL_ARG_SRC, filled(scope, source, left))
              .with(dnnl.DNNL_ARG_WEIGHTS, filled(scope, product.weights(), right))
              .with(dnnl.DNNL_ARG_DST, scope.allocate(result))
              .build(scope);
      double fastest = 0;
      for (int turn = 0; turn < TURNS; turn++) {
        fastest = Math.max(fastest, runsPerSecond(execution, stream));
      }
      return new UnitPeak(
          precision,
          "%d x %d x %d".formatted(shape.rows, shape.inputs, shape.outputs),
          product.implementation(),
          fastest * shape.operations());
    }
  }

  private static double runsPerSecond(Execution execution, dnnl_stream stream) {
    long start = System.nanoTime();
    long runs = 0;
    double elapsed;
    do {
      for (int i = 0; i < RUNS_A_LOOK; i++) {
        execution.run(stream);
      }
      runs += RUNS_A_LOOK;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < TURN_SECONDS);
    return runs / elapsed;
  }

  private static DnnlType left(Precision precision) {
    return switch (precision) {
      case FP32 -> DnnlType.F32;
      case BF16 -> DnnlType.BF16;
      case INT8 -> DnnlType.U8;
    };
  }

  /** Numbers like a model's: zeros cost less power, and pages never written are one page. */
  private static dnnl_memory filled(NativeScope scope, dnnl_memory_desc desc, DnnlType type) {
    NativeBuffer buffer = scope.buffer(dnnl.dnnl_memory_desc_get_size(desc));
    ByteBuffer bytes = buffer.view();
    SplittableRandom random = new SplittableRandom(1);
    while (bytes.remaining() >= Float.BYTES) {
      float value = (float) (random.nextDouble() * 2 - 1);
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case BF16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
        case S8, U8 -> bytes.put((byte) random.nextInt());
      }
    }
    return scope.memory(desc, buffer.base());
  }
}
