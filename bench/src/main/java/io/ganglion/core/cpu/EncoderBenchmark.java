package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Precision;
import java.util.concurrent.TimeUnit;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One BERT-Large encoder layer on six requests of 54 tokens, and the attention of one of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class EncoderBenchmark {
  private static final int REQUESTS = 6;
  private static final int LENGTH = 54;

  @Param({"fp32", "bf16", "int8"})
  public String precision = "bf16";

  private final NativeScope scope = new NativeScope();
  private final dnnl_stream stream = Dnnl.newStream();
  private EncoderPlan encoder;
  private AttentionPlan attention;

  @Setup
  public void load() {
    Dnnl.threads().set(1);
    PackedModel model =
        RandomModel.load(
            scope,
            switch (precision) {
              case "fp32" -> Precision.FP32;
              case "bf16" -> Precision.BF16;
              default -> Precision.INT8;
            });
    RowCuts cuts = new CoreCuts(model, 1, REQUESTS * LENGTH).encoder();
    int rows = cuts.rows(REQUESTS * LENGTH);
    Workspace workspace = new Workspace(scope, model, rows);
    Scratch scratch = new Scratch();
    scope.onClose(scratch::close);
    encoder = EncoderPlan.of(model, workspace, scratch, cuts, rows);
    scope.onClose(encoder::close);
    NativeBuffer weights = scope.buffer(AttentionPlan.weightBytes(model, LENGTH));
    attention = AttentionPlan.of(model, workspace, scratch, weights, RowBuckets.roundUp(LENGTH));
    scope.onClose(attention::close);
  }

  /** Scores, softmax and context of one request, all sixteen heads. */
  @Benchmark
  public void attentionOfOneRequest() {
    attention.run(stream, 0, LENGTH);
  }

  /** Everything between two layers' residual streams. */
  @Benchmark
  public void encoderLayer() {
    // Every call starts from normalised rows, otherwise sums would grow without bound.
    Step.runAll(encoder.embeddings(), stream, null, REQUESTS * LENGTH);
    Step.runAll(encoder.before()[0], stream, null, REQUESTS * LENGTH);
    for (int request = REQUESTS - 1; request >= 0; request--) {
      attention.run(stream, request * LENGTH, LENGTH);
    }
    Step.runAll(encoder.after()[0], stream, null, REQUESTS * LENGTH);
  }

  @TearDown
  public void free() {
    scope.close();
    dnnl.dnnl_stream_destroy(stream);
  }
}
