package io.ganglion.core.cpu;

/**
 * The next input of an encoder matrix, before any quantization. Valid only during an observer's
 * call.
 *
 * @param matrix the matrix's name, such as {@code encoder.0.output}
 * @param buffer row-major [rows, columns], with {@code pitch} elements from a row to the next
 * @param type type of the elements
 * @param columns number of inputs of the matrix
 */
record MatrixInput(String matrix, NativeBuffer buffer, DnnlType type, int columns, long pitch) {
  /** Observes inputs during calibration. */
  interface Observer {
    /**
     * Called on the core's thread before the matrix runs. Only the first {@code rows} rows count.
     */
    void observe(MatrixInput input, int rows);
  }
}
