package io.ganglion.core.cpu;

import org.jspecify.annotations.Nullable;

/** Runs one product on made-up data, to see what its kernels do to the bits of a row. */
interface ProductTrial extends AutoCloseable {
  /** Opens trials; a test's product may give bits that depend on the rows. */
  interface Source {
    /** A trial of {@code product}, for the calling thread to run and close. */
    ProductTrial open(MatmulShape product);
  }

  /**
   * The result of one and the same input row in the kernel of so many rows; null where that depends
   * on where the row lies or on what the others hold.
   */
  byte @Nullable [] row(int rows);

  @Override
  void close();
}
