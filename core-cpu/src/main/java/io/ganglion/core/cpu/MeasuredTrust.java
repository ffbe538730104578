package io.ganglion.core.cpu;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a kernel if a trial on this CPU with this oneDNN gave the reference's bits. A trial runs
 * on first use and takes some milliseconds. Its verdict holds for the process. Owner thread only,
 * except for the verdicts, which threads share.
 */
final class MeasuredTrust implements RowCuts.Trust {
  /** The verdicts by product and number of threads. Thread-safe. */
  static final class Verdicts {
    private record Kernel(MatmulShape product, int threads, int rows) {}

    /** Result rows of references; empty if a product has no reference. */
    private final Map<Kernel, byte[]> references = new ConcurrentHashMap<>();

    private final Map<Kernel, Boolean> trusted = new ConcurrentHashMap<>();
  }

  /**
   * The verdicts of this process. They do not depend on the layout: weights of equal shape have
   * equal layouts.
   */
  static final Verdicts OF_PROCESS = new Verdicts();

  private static final byte[] NONE = {};

  private final ProductTrial.Source source;
  private final int threads;
  private final Verdicts verdicts;
  private @Nullable MatmulShape tried;
  private @Nullable ProductTrial trial;

  MeasuredTrust(ProductTrial.Source source, int threads, Verdicts verdicts) {
    this.source = source;
    this.threads = threads;
    this.verdicts = verdicts;
  }

  @Override
  public boolean hasReference(MatmulShape product) {
    return reference(product).length > 0;
  }

  @Override
  public boolean holds(MatmulShape product, int rows) {
    Verdicts.Kernel kernel = new Verdicts.Kernel(product, threads, rows);
    // Two threads may try the same kernel at once, with the same result.
    Boolean known = verdicts.trusted.get(kernel);
    if (known == null) {
      byte[] reference = reference(product);
      known = reference.length > 0 && Arrays.equals(reference, trial(product).row(rows));
      verdicts.trusted.put(kernel, known);
    }
    return known;
  }

  private byte[] reference(MatmulShape product) {
    Verdicts.Kernel kernel = new Verdicts.Kernel(product, threads, RowCuts.REFERENCE_ROWS);
    byte[] known = verdicts.references.get(kernel);
    if (known == null) {
      byte[] row = trial(product).row(RowCuts.REFERENCE_ROWS);
      known = row == null ? NONE : row;
      verdicts.references.put(kernel, known);
    }
    return known;
  }

  /**
   * The trial of a product. The last one is kept, because a product's numbers of rows are tried one
   * after the other.
   */
  private ProductTrial trial(MatmulShape product) {
    ProductTrial open = trial;
    if (open == null || !product.equals(tried)) {
      rest();
      open = source.open(product);
      trial = open;
      tried = product;
    }
    return open;
  }

  /** Frees the data of the last trial. */
  @Override
  public void rest() {
    if (trial != null) {
      trial.close();
      trial = null;
      tried = null;
    }
  }
}
