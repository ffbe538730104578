package io.ganglion.core.cpu;

import com.google.common.base.Throwables;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An artifact loaded for the CPU. Its weights are packed once, in memory that all its cores share.
 * Thread-safe. Close it after the last core.
 */
public final class CpuCoreFactory implements CoreFactory {
  /** Number of tokens in the group for which {@link #kernels} answers. */
  private static final int REPORTED_ROWS = 256;

  private static final int REPORTED_LENGTH = 64;

  private final NativeScope scope;
  private final PackedModel model;
  private final CpuOptions options;
  private boolean closed;

  private CpuCoreFactory(NativeScope scope, PackedModel model, CpuOptions options) {
    this.scope = scope;
    this.model = model;
    this.options = options;
  }

  /**
   * Packs the weights of an artifact. The artifact may be closed afterwards.
   *
   * @throws ArtifactException if the weights cannot be read
   * @throws CoreFault if oneDNN cannot be loaded or has no kernel
   */
  public static CpuCoreFactory load(Artifact artifact, CpuOptions options)
      throws ArtifactException, CoreFault {
    try {
      return load(NativeScope.inHugePages(), artifact, options);
    } catch (DnnlException e) {
      throw e.toFault();
    } catch (LinkageError e) {
      throw new CoreFault(
          CoreFault.Scope.PROCESS,
          "oneDNN could not be loaded on this machine: " + Throwables.getRootCause(e).getMessage(),
          e);
    }
  }

  /**
   * @param scope scope of the weights; freed if this throws
   */
  static CpuCoreFactory load(NativeScope scope, Artifact artifact, CpuOptions options)
      throws ArtifactException {
    try {
      int threads = Dnnl.threads().get();
      // Layouts depend on the number of threads that will read them.
      Dnnl.threads().set(options.threadsPerCore());
      try (ModelLoader loader =
          new ModelLoader(scope, artifact.manifest(), artifact.weights(), Dnnl.isa())) {
        return new CpuCoreFactory(scope, loader.load(), options);
      } finally {
        Dnnl.threads().set(threads);
      }
    } catch (Throwable e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Starts to load oneDNN in the background, which takes as long as reading a small artifact.
   * {@link #load} reports failures.
   */
  static void preload() {
    Thread thread = new Thread(CpuCoreFactory::touch, "ganglion-onednn");
    thread.setDaemon(true);
    thread.start();
  }

  private static void touch() {
    try {
      Dnnl.engine();
    } catch (LinkageError | DnnlException e) {
      // Each later use fails with it, too.
    }
  }

  @Override
  public NeuronCore open(int index) throws CoreFault {
    return open(index, null);
  }

  CpuCore open(int index, MatrixInput.@Nullable Observer observer) throws CoreFault {
    requireOpen();
    ModelManifest manifest = model.manifest();
    int batch = options.maxBatchSize() == 0 ? manifest.batchSize() : options.maxBatchSize();
    CoreInfo info =
        new CoreInfo(
            CpuCoreProvider.KIND,
            index,
            batch,
            manifest.sequenceLength(),
            manifest.outputWidth(),
            manifest.precision().toString());
    try {
      return NativeScope.making(
          own -> new CpuCore(own, model, info, options.threadsPerCore(), groups(), observer));
    } catch (DnnlException e) {
      throw e.toFault();
    }
  }

  Roofline openRoofline() throws CoreFault {
    requireOpen();
    int length = model.manifest().sequenceLength();
    try {
      return NativeScope.making(
          own -> new Roofline(own, model, length, options.threadsPerCore(), groups()));
    } catch (DnnlException e) {
      throw e.toFault();
    }
  }

  private TokenGroups groups() {
    return options.groupTokens() > 0
        ? new TokenGroups(options.groupTokens())
        : TokenGroups.fitting(model, CpuCache.levelTwoShare());
  }

  /**
   * Whether a request's outputs do not depend on its batch, to the bit, as far as trials of this
   * CPU's kernels show.
   */
  public boolean batchInvariant() throws CoreFault {
    requireOpen();
    int threads = Dnnl.threads().get();
    Dnnl.threads().set(options.threadsPerCore());
    try {
      int maxRows = groups().maxRows(model.manifest().sequenceLength());
      return new CoreCuts(model, options.threadsPerCore(), maxRows).invariant();
    } catch (DnnlException e) {
      throw e.toFault();
    } finally {
      Dnnl.threads().set(threads);
    }
  }

  /** The kernel of every part of the model, in the order of execution. */
  public List<KernelInfo> kernels() throws CoreFault {
    int threads = Dnnl.threads().get();
    try (CpuCore core = open(0, null)) {
      return core.kernels(
          REPORTED_ROWS, Math.min(REPORTED_LENGTH, model.manifest().sequenceLength()));
    } catch (DnnlException e) {
      throw e.toFault();
    } finally {
      Dnnl.threads().set(threads);
    }
  }

  /**
   * What a user should know about this model on this CPU, one sentence each: a precision without
   * instructions, a part without a fast kernel, answers that may depend on the batch. Usually
   * empty.
   */
  public List<String> notices() throws CoreFault {
    List<String> notices = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      if (precision != model.isa().execution(precision) && stores(precision)) {
        notices.add(
            ("This CPU (%s) has no %s instructions: the model's %s matrices run in fp32, slower"
                    + " and in more memory.")
                .formatted(model.isa().name(), precision, precision));
      }
    }
    if (!batchInvariant()) {
      notices.add(
          ("This CPU (%s) has no kernels for this model whose bits are the same for any number of"
                  + " rows: an answer may differ in its last bits by what shares its batch.")
              .formatted(model.isa().name()));
    }
    for (KernelInfo kernel : kernels()) {
      if (kernel.isReference()) {
        notices.add(
            "%s runs on oneDNN's slow reference kernel (%s)."
                .formatted(kernel.part(), kernel.implementation()));
      }
    }
    return notices;
  }

  private boolean stores(Precision precision) {
    ModelManifest manifest = model.manifest();
    return manifest.precision() == precision || manifest.layerPrecision().containsValue(precision);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The factory is closed.");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      scope.close();
    }
  }
}
