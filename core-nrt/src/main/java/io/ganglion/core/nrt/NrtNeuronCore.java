package io.ganglion.core.nrt;

import io.ganglion.runtime.core.BatchCheck;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import java.util.List;

/**
 * One execution in flight on a NeuronCore. Two instances with the same index share the loaded NEFFs
 * and overlap: while one computes, the other moves its tensors. Pads each batch to the compiled
 * shape of the shortest bucket that holds it. One thread owns an instance.
 */
final class NrtNeuronCore implements NeuronCore {
  private final CoreInfo info;
  private final NeuronProgram neuronProgram;
  private final LoadedProgram loaded;
  private final List<Slot> slots;
  private final HostEmbeddings host;
  private final NanPolicy nanPolicy;
  private final PaddingTotals padding;
  private boolean closed;

  NrtNeuronCore(
      CoreInfo info,
      NeuronProgram neuronProgram,
      LoadedProgram loaded,
      List<Slot> slots,
      HostEmbeddings host,
      NanPolicy nanPolicy,
      PaddingTotals padding) {
    this.info = info;
    this.neuronProgram = neuronProgram;
    this.loaded = loaded;
    this.slots = slots;
    this.host = host;
    this.nanPolicy = nanPolicy;
    this.padding = padding;
  }

  @Override
  public CoreInfo info() {
    return info;
  }

  @Override
  public Outputs infer(TokenBatch batch) throws CoreFault {
    if (closed) {
      throw new IllegalStateException("NeuronCore " + info.index() + " is closed.");
    }
    BatchCheck.check(batch, info, host.dimensions());
    if (loaded.failed()) {
      throw new CoreFault(
          Scope.CORE, "NeuronCore " + info.index() + " failed under another batch.");
    }
    int bucket = smallestThatHolds(batch);
    Slot slot = slots.get(bucket);
    int length = neuronProgram.buckets().get(bucket).sequenceLength();
    host.fill(batch, length, slot.embeddings(), slot.maskBias());
    boolean nan = run(slot);
    padding.count(batch, neuronProgram.batchSize(), length);
    return answer(batch, slot, nan);
  }

  private boolean run(Slot slot) throws CoreFault {
    try {
      return slot.run();
    } catch (CoreFault e) {
      if (e.scope() == Scope.CORE || e.scope() == Scope.PROCESS) {
        loaded.fail();
      }
      throw e;
    }
  }

  private int smallestThatHolds(TokenBatch batch) {
    int longest = 0;
    for (int i = 0; i < batch.size(); i++) {
      longest = Math.max(longest, batch.length(i));
    }
    int bucket = 0;
    while (neuronProgram.buckets().get(bucket).sequenceLength() < longest) {
      bucket++;
    }
    return bucket;
  }

  private Outputs answer(TokenBatch batch, Slot slot, boolean reportedNan) throws CoreFault {
    float[] values = new float[batch.size() * info.width()];
    neuronProgram.logitsType().get(slot.logits(), values);
    if (nanPolicy == NanPolicy.STRICT && reportedNan) {
      throw NrtStatus.fault(
          "nrt_execute", info.index(), NrtStatus.EXEC_COMPLETED_WITH_NUM_ERR.code());
    }
    if (nanPolicy != NanPolicy.IGNORE) {
      requireFinite(values);
    }
    return Outputs.ofSequences(values, info.width());
  }

  private void requireFinite(float[] values) throws CoreFault {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CoreFault(
            Scope.BATCH,
            "NeuronCore "
                + info.index()
                + " gave "
                + values[i]
                + " as a logit of request "
                + i / info.width()
                + " of the batch.");
      }
    }
  }

  /** Frees the tensors. The last instance on a core unloads the NEFFs. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      slots.forEach(Slot::close);
      loaded.release();
    }
  }
}
