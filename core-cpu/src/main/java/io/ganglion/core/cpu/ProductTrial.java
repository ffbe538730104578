package io.ganglion.core.cpu;

import org.jspecify.annotations.Nullable;

/** Runs one product on made-up data to find which bits its kernels give for a row. */
interface ProductTrial extends AutoCloseable {
  /** Opens trials. Those of a test may give bits that depend on the number of rows. */
  interface Source {
    /** A trial of {@code product}. The calling thread runs and closes it. */
    ProductTrial open(MatmulShape product);
  }

  /**
   * The result for a fixed input row in the kernel for this many rows; null if it depends on the
   * row's position or on the other rows.
   */
  byte @Nullable [] row(int rows);

  @Override
  void close();
}
