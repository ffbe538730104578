package io.ganglion.core.cpu;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a kernel after a trial has shown it to give the reference's bits, on this CPU with this
 * oneDNN. A verdict is reached on first use, in some milliseconds, and holds for the process. Owner
 * thread only, but for the verdicts, which threads share.
 */
final class MeasuredTrust implements RowCuts.Trust {
  /** What was found out, by product and the number of threads that share it. Thread-safe. */
  static final class Verdicts {
    private record Kernel(MatmulShape product, int threads, int rows) {}

    /** Result rows of references; empty where there is none. */
    private final Map<Kernel, byte[]> references = new ConcurrentHashMap<>();

    private final Map<Kernel, Boolean> trusted = new ConcurrentHashMap<>();
  }

  /** Of oneDNN in this process: weights of equal shape have equal layouts. */
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
    // Two threads may try the same at once; they find the same.
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

  /** The trial of a product; that of the last one is kept, since its rows are tried in a row. */
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

  /** Frees the data of the last trial; the next one makes its own. */
  @Override
  public void rest() {
    if (trial != null) {
      trial.close();
      trial = null;
      tried = null;
    }
  }
}
