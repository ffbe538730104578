package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.model.ModelDimensions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the NeuronCores that {@code libnrt} shows to this process. Thread-safe.
 *
 * <p>{@link #open} may be called several times with the same index. Each result is one more
 * execution in flight on that core, with its own tensors and the same loaded NEFFs. Two are enough
 * to overlap transfers with computing.
 */
public final class NrtCoreFactory implements CoreFactory {
  private final Artifact artifact;
  private final NeuronProgram program;
  private final NrtRuntime runtime;
  private final HostEmbeddings host;
  private final NanPolicy nanPolicy;
  private final int width;
  private final PaddingTotals padding = new PaddingTotals();
  private final Map<Integer, LoadedProgram> loaded = new HashMap<>();
  private boolean closed;

  private NrtCoreFactory(
      Artifact artifact,
      NeuronProgram program,
      NrtRuntime runtime,
      HostEmbeddings host,
      NanPolicy nanPolicy) {
    this.artifact = artifact;
    this.program = program;
    this.runtime = runtime;
    this.host = host;
    this.nanPolicy = nanPolicy;
    this.width = artifact.manifest().outputWidth();
  }

  /**
   * Initialises {@code libnrt} and reads the artifact's program; the artifact must stay open.
   *
   * @throws ArtifactException if the artifact's program for NeuronCores is missing or broken
   * @throws CoreFault if the library or the cores are not available
   */
  public static NrtCoreFactory create(Artifact artifact, NrtOptions options)
      throws ArtifactException, CoreFault {
    if (!NeuronProgram.present(artifact.directory())) {
      throw new ArtifactException(
          ArtifactException.Reason.NOT_AN_ARTIFACT,
          "The artifact "
              + artifact.directory()
              + " holds no NEFF. Compile the model with --target inf2 (or trn1, trn2).");
    }
    NeuronProgram program = NeuronProgram.read(artifact.directory());
    check(artifact, program);
    HostEmbeddings host = new HostEmbeddings(artifact, program.type());
    NrtRuntime runtime = NrtRuntime.acquire(options);
    try {
      return new NrtCoreFactory(artifact, program, runtime, host, options.nanPolicy());
    } catch (Throwable e) {
      runtime.close();
      throw e;
    }
  }

  private static void check(Artifact artifact, NeuronProgram program) throws ArtifactException {
    Optional<String> other =
        NeuronProgram.obstacle(artifact.manifest().task(), artifact.manifest().dimensions());
    if (other.isPresent()) {
      throw new ArtifactException(
          ArtifactException.Reason.MALFORMED,
          "The program for NeuronCores of %s cannot be used: %s. Serve it on the CPU."
              .formatted(artifact.directory(), other.get()));
    }
    if (!program.runnable()) {
      throw new ArtifactException(
          ArtifactException.Reason.TOO_OLD,
          "The artifact "
              + artifact.directory()
              + " was compiled for inf1, which the libnrt of today no longer drives: serve it on"
              + " the CPU, or compile with --target inf2, trn1 or trn2.");
    }
    int length = artifact.manifest().sequenceLength();
    if (program.maxSequenceLength() < length) {
      throw new ArtifactException(
          ArtifactException.Reason.MALFORMED,
          "The longest NEFF of "
              + artifact.directory()
              + " takes "
              + program.maxSequenceLength()
              + " tokens where the manifest promises "
              + length
              + ". Compile the model again.");
    }
  }

  /** The NEFFs' number of rows: the most requests in a batch. */
  public int batchSize() {
    return program.batchSize();
  }

  /** Sequence lengths that the NEFFs were compiled for, in tokens, ascending. */
  public List<Integer> sequenceLengths() {
    return program.buckets().stream().map(NeuronProgram.Bucket::sequenceLength).toList();
  }

  /** Number of NeuronCores that may be opened. */
  public int cores() {
    return runtime.cores();
  }

  /** Describes the library and the program in one line for a log. */
  public String describe() {
    return runtime.describe()
        + ", "
        + program.target()
        + " NEFFs in "
        + program.type()
        + " for "
        + program.batchSize()
        + " x "
        + sequenceLengths()
        + " tokens by "
        + program.compiler();
  }

  /** How much padding has been computed so far. */
  public PaddingTotals padding() {
    return padding;
  }

  @Override
  public NeuronCore open(int index) throws CoreFault {
    if (index < 0 || index >= cores()) {
      throw new CoreFault(
          Scope.CORE, "There is no NeuronCore " + index + ": this process sees " + cores() + ".");
    }
    LoadedProgram on = join(index);
    List<Slot> slots = new ArrayList<>();
    try {
      for (int i = 0; i < on.neffs().size(); i++) {
        int length = program.buckets().get(i).sequenceLength();
        slots.add(Slot.allocate(runtime.api(), on.neffs().get(i), sizes(length)));
      }
      return new NrtNeuronCore(info(index), program, on, slots, host, nanPolicy, padding);
    } catch (Throwable e) {
      slots.forEach(Slot::close);
      on.release();
      throw e;
    }
  }

  private LoadedProgram join(int index) throws CoreFault {
    // LoadedProgram.release takes the same lock.
    synchronized (runtime.loadLock()) {
      if (closed) {
        throw new IllegalStateException("The factory is closed.");
      }
      LoadedProgram on = loaded.get(index);
      if (on == null || on.failed()) {
        on = LoadedProgram.load(runtime, artifact, program, index);
        loaded.put(index, on);
      }
      on.retain();
      return on;
    }
  }

  private Slot.Sizes sizes(int length) {
    ModelDimensions dimensions = artifact.manifest().dimensions();
    int maskBias = Math.multiplyExact(program.batchSize() * program.type().bytes(), length);
    return new Slot.Sizes(
        Math.multiplyExact(maskBias, dimensions.hiddenSize()),
        maskBias,
        Math.multiplyExact(program.batchSize() * program.logitsType().bytes(), width));
  }

  private CoreInfo info(int index) {
    return new CoreInfo(
        NrtCoreProvider.KIND,
        index,
        program.batchSize(),
        program.maxSequenceLength(),
        width,
        program.type().toString());
  }

  /** Gives the NeuronCores back to the machine. All cores must be closed. Idempotent. */
  @Override
  public void close() {
    synchronized (runtime.loadLock()) {
      if (!closed) {
        closed = true;
        runtime.close();
      }
    }
  }
}
