package io.ganglion.core.nrt;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.ganglion.runtime.core.CoreFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of one execution in flight: two inputs and an output on the device, a host buffer for
 * each, and the tensor sets. All are allocated once. Owned by one thread.
 */
final class Slot implements AutoCloseable {
  private final NrtApi api;
  private final LoadedNeff neff;
  private final List<PointerByReference> tensors = new ArrayList<>();
  private final PointerByReference inputs = new PointerByReference();
  private final PointerByReference outputs = new PointerByReference();
  private final ByteBuffer embeddings;
  private final ByteBuffer maskBias;
  private final ByteBuffer logits;

  private Slot(NrtApi api, LoadedNeff neff, Sizes sizes) {
    this.api = api;
    this.neff = neff;
    this.embeddings = direct(sizes.embeddings());
    this.maskBias = direct(sizes.maskBias());
    this.logits = direct(sizes.logits());
  }

  /** Sizes of the tensors in bytes. */
  record Sizes(int embeddings, int maskBias, int logits) {}

  static Slot allocate(NrtApi api, LoadedNeff neff, Sizes sizes) throws CoreFault {
    Slot slot = new Slot(api, neff, sizes);
    try {
      slot.check("nrt_allocate_tensor_set", api.nrt_allocate_tensor_set(slot.inputs));
      slot.check("nrt_allocate_tensor_set", api.nrt_allocate_tensor_set(slot.outputs));
      slot.add(neff.input(NeuronProgram.EMBEDDINGS, sizes.embeddings()), slot.inputs);
      slot.add(neff.input(NeuronProgram.MASK_BIAS, sizes.maskBias()), slot.inputs);
      slot.add(neff.output(NeuronProgram.LOGITS, sizes.logits()), slot.outputs);
      return slot;
    } catch (Throwable e) {
      slot.close();
      throw e;
    }
  }

  private void add(TensorInfo info, PointerByReference set) throws CoreFault {
    PointerByReference tensor = new PointerByReference();
    check(
        "nrt_tensor_allocate",
        api.nrt_tensor_allocate(
            NrtApi.PLACEMENT_DEVICE, neff.core(), info.size(), info.name(), tensor));
    tensors.add(tensor);
    check(
        "nrt_add_tensor_to_tensor_set",
        api.nrt_add_tensor_to_tensor_set(set.getValue(), info.name(), tensor.getValue()));
  }

  /** The host buffer of the first input, cleared. */
  ByteBuffer embeddings() {
    return embeddings.clear();
  }

  /** The host buffer of the second input, cleared. */
  ByteBuffer maskBias() {
    return maskBias.clear();
  }

  /** The host buffer of the output, cleared. */
  ByteBuffer logits() {
    return logits.clear();
  }

  /**
   * Copies the inputs to the device, executes, copies the output back.
   *
   * @return whether the runtime reported NaN
   */
  boolean run() throws CoreFault {
    write(tensors.get(0).getValue(), embeddings);
    write(tensors.get(1).getValue(), maskBias);
    int status = api.nrt_execute(neff.model(), inputs.getValue(), outputs.getValue());
    boolean nan = status == NrtStatus.EXEC_COMPLETED_WITH_NUM_ERR.code();
    if (!nan) {
      check("nrt_execute", status);
    }
    logits.clear();
    check(
        "nrt_tensor_read",
        api.nrt_tensor_read(tensors.get(2).getValue(), logits, 0, logits.capacity()));
    return nan;
  }

  private void write(Pointer tensor, ByteBuffer bytes) throws CoreFault {
    bytes.clear();
    check("nrt_tensor_write", api.nrt_tensor_write(tensor, bytes, 0, bytes.capacity()));
  }

  private void check(String call, int status) throws CoreFault {
    if (status != NrtStatus.SUCCESS.code()) {
      throw NrtStatus.fault(call, neff.core(), status);
    }
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Frees the sets before their tensors, which must outlive them. Idempotent. */
  @Override
  public void close() {
    destroy(inputs);
    destroy(outputs);
    tensors.forEach(api::nrt_tensor_free);
    tensors.clear();
  }

  private void destroy(PointerByReference set) {
    if (set.getValue() != null) {
      api.nrt_destroy_tensor_set(set);
      set.setValue(Pointer.NULL);
    }
  }
}
