package io.ganglion.core.nrt;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a loaded NEFF, as the runtime lists it. The numbers of element types have changed
 * between releases, so only name and size are compared.
 */
record TensorInfo(String name, int usage, long size) {
  // nrt_tensor_info_t on 64-bit machines: name[256], usage, size, dtype, shape, ndim.
  private static final long STRIDE = 296;
  private static final long USAGE_AT = 256;
  private static final long SIZE_AT = 264;
  private static final long FIRST_AT = 8;
  private static final int NAME_SIZE = 256;
  private static final int MOST = 4096;

  static List<TensorInfo> of(NrtApi api, Pointer model, int core) throws CoreFault {
    PointerByReference reference = new PointerByReference();
    int status = api.nrt_get_model_tensor_info(model, reference);
    if (status != NrtStatus.SUCCESS.code()) {
      throw new CoreFault(Scope.CORE, NrtStatus.message("nrt_get_model_tensor_info", core, status));
    }
    Pointer array = reference.getValue();
    try {
      long count = array.getLong(0);
      if (count < 0 || count > MOST) {
        throw new CoreFault(Scope.CORE, "libnrt lists " + count + " tensors of the NEFF.");
      }
      List<TensorInfo> tensors = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Pointer info = array.share(FIRST_AT + i * STRIDE, STRIDE);
        tensors.add(new TensorInfo(name(info), info.getInt(USAGE_AT), info.getLong(SIZE_AT)));
      }
      return tensors;
    } finally {
      api.nrt_free_model_tensor_info(array);
    }
  }

  /**
   * The tensor that the program calls {@code name}. The vendor does not document in every case that
   * its compiler keeps names. So a tensor of another name is taken if it is the only one of this
   * size.
   */
  static TensorInfo find(List<TensorInfo> tensors, int usage, String name, long size)
      throws CoreFault {
    List<TensorInfo> fitting =
        tensors.stream().filter(t -> t.usage() == usage && t.size() == size).toList();
    for (TensorInfo tensor : fitting) {
      if (tensor.name().equals(name) || tensor.name().equals(name + ":0")) {
        return tensor;
      }
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new CoreFault(
        Scope.CORE,
        "The NEFF has "
            + (fitting.isEmpty() ? "no" : "more than one")
            + (usage == NrtApi.USAGE_INPUT ? " input" : " output")
            + " that could be "
            + name
            + " with "
            + size
            + " bytes; it has "
            + tensors
            + ". Compile the model again with the batch size and lengths of its program.json.");
  }

  private static String name(Pointer info) {
    byte[] bytes = info.getByteArray(0, NAME_SIZE);
    int length = 0;
    while (length < NAME_SIZE && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    String kind = usage == NrtApi.USAGE_INPUT ? "input " : "output ";
    return kind + name + " of " + size + " bytes";
  }
}
