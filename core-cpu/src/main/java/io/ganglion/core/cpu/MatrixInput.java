package io.ganglion.core.cpu;

/**
 * What an encoder matrix is about to read, before any quantization; valid only while an observer is
 * called.
 *
 * @param matrix for example {@code encoder.0.output}
 * @param buffer row-major [rows, columns]
 * @param type of the elements
 * @param columns inputs of the matrix
 */
record MatrixInput(String matrix, NativeBuffer buffer, DnnlType type, int columns) {
  /** Sees inputs during calibration. */
  interface Observer {
    /** Called on the core's thread before the matrix runs; only the first {@code rows} count. */
    void observe(MatrixInput input, int rows);
  }
}
