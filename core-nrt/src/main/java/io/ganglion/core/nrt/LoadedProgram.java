package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The NEFFs of all sequence lengths on one NeuronCore. All executions in flight on the core share
 * them, and they are unloaded when its last {@link NrtNeuronCore} closes. After a failure that
 * affects more than one batch, all executions refuse to run, so that the core is closed and loaded
 * again. Thread-safe.
 */
final class LoadedProgram {
  private static final System.Logger LOG = System.getLogger(LoadedProgram.class.getName());

  private final NrtRuntime runtime;
  private final int core;
  private final List<LoadedNeff> neffs;
  private int holders;
  private volatile boolean failed;

  private LoadedProgram(NrtRuntime runtime, int core, List<LoadedNeff> neffs) {
    this.runtime = runtime;
    this.core = core;
    this.neffs = neffs;
  }

  static LoadedProgram load(NrtRuntime runtime, Artifact artifact, NeuronProgram program, int core)
      throws CoreFault {
    List<LoadedNeff> neffs = new ArrayList<>();
    synchronized (runtime.loadLock()) {
      try {
        for (NeuronProgram.Bucket bucket : program.buckets()) {
          Path neff = NeuronProgram.neff(artifact.directory(), bucket);
          neffs.add(LoadedNeff.load(runtime.api(), neff, core));
        }
        return new LoadedProgram(runtime, core, neffs);
      } catch (Throwable e) {
        neffs.forEach(neff -> unload(neff, core));
        throw e;
      }
    }
  }

  /** One NEFF for each bucket, in the program's order. */
  List<LoadedNeff> neffs() {
    return neffs;
  }

  boolean failed() {
    return failed;
  }

  void fail() {
    failed = true;
  }

  void retain() {
    synchronized (runtime.loadLock()) {
      holders++;
    }
  }

  void release() {
    synchronized (runtime.loadLock()) {
      holders--;
      if (holders == 0) {
        failed = true; // nobody may join unloaded NEFFs
        neffs.forEach(neff -> unload(neff, core));
      }
    }
  }

  private static void unload(LoadedNeff neff, int core) {
    int status = neff.unload();
    if (status != NrtStatus.SUCCESS.code()) {
      LOG.log(System.Logger.Level.WARNING, NrtStatus.message("nrt_unload", core, status));
    }
  }
}
