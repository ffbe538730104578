package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.TokenBatch;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * A CPU core that runs an fp32 or bf16 model and records the inputs of each encoder matrix. The
 * thread that opened it runs and closes it. Slower than a normal core; only for calibration.
 */
public final class CalibrationRun implements AutoCloseable {
  /** Rows between two samples. A prime, so that samples come from all positions of a text. */
  private static final int SAMPLE_STRIDE = 37;

  private final Map<String, InputStatistics> statistics = new HashMap<>();
  private final int maxSamples;
  private final CpuCore core;

  private CalibrationRun(CpuCoreFactory factory, int maxSamples) throws CoreFault {
    this.maxSamples = maxSamples;
    core = factory.open(0, this::observe);
  }

  /**
   * Opens a run over a factory's weights. None of them may be int8.
   *
   * @param maxSamples most rows kept of each matrix's input
   */
  public static CalibrationRun open(CpuCoreFactory factory, int maxSamples) throws CoreFault {
    return new CalibrationRun(factory, maxSamples);
  }

  /** Runs a batch and records its tokens. */
  public void add(TokenBatch batch) throws CoreFault {
    core.infer(batch);
  }

  /** The statistics by matrix name, such as {@code encoder.0.output}. */
  public Map<String, InputStatistics> statistics() {
    return Collections.unmodifiableMap(statistics);
  }

  private void observe(MatrixInput input, int rows) {
    InputStatistics seen =
        statistics.computeIfAbsent(
            input.matrix(), name -> new InputStatistics(input.columns(), maxSamples));
    ByteBuffer bytes = input.buffer().view();
    float[] row = new float[input.columns()];
    int pitch = Math.toIntExact(input.pitch());
    switch (input.type()) {
      case F32 -> {
        FloatBuffer values = bytes.asFloatBuffer();
        for (int i = 0; i < rows; i++) {
          values.get(i * pitch, row);
          seen.add(row, SAMPLE_STRIDE);
        }
      }
      case BF16 -> {
        ShortBuffer values = bytes.asShortBuffer();
        short[] narrow = new short[row.length];
        for (int i = 0; i < rows; i++) {
          values.get(i * pitch, narrow);
          for (int c = 0; c < row.length; c++) {
            row[c] = Float.intBitsToFloat(narrow[c] << 16);
          }
          seen.add(row, SAMPLE_STRIDE);
        }
      }
      case S8, U8 -> throw new IllegalStateException("An int8 model cannot be calibrated.");
    }
  }

  @Override
  public void close() {
    core.close();
  }
}
