package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.text.TokenSequence;
import java.util.Arrays;

/**
 * A batch as three matrices [rows, length], padded with zeros on the right. Immutable by contract.
 */
@SuppressWarnings("ArrayRecordComponent") // made for one call, compared nowhere
record PaddedInputs(int rows, int length, int[] inputIds, int[] segmentIds, int[] inputMask) {
  /** Pads to {@code length}, or to the longest pair if that is 0. */
  static PaddedInputs of(Batch batch, int fixedLength) {
    int length = fixedLength == 0 ? batch.longest() : fixedLength;
    int rows = batch.size();
    int[] inputIds = new int[rows * length];
    int[] segmentIds = new int[rows * length];
    int[] inputMask = new int[rows * length];
    for (int row = 0; row < rows; row++) {
      TokenSequence sequence = batch.sequences().get(row);
      System.arraycopy(sequence.inputIds(), 0, inputIds, row * length, sequence.length());
      System.arraycopy(sequence.segmentIds(), 0, segmentIds, row * length, sequence.length());
      Arrays.fill(inputMask, row * length, row * length + sequence.length(), 1);
    }
    return new PaddedInputs(rows, length, inputIds, segmentIds, inputMask);
  }

  /** Splits results that an engine gives one after the other into one row for each pair. */
  float[][] split(float[] values) {
    int columns = values.length / rows;
    float[][] result = new float[rows][];
    for (int row = 0; row < rows; row++) {
      result[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
    return result;
  }
}
