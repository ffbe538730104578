package io.ganglion.core.nrt;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The functions of {@code libnrt} that we call, with the names and types of the vendor's nrt.h. All
 * have been in its headers since 2023. {@code size_t} has 64 bits, because the library exists only
 * on 64-bit machines. Buffers must be direct.
 */
@SuppressWarnings("MemberName") // the names of the C functions
interface NrtApi extends Library {
  int FRAMEWORK_NONE = 1;
  int PLACEMENT_DEVICE = 0;
  int USAGE_INPUT = 0;
  int USAGE_OUTPUT = 1;

  /** Functions that must be there. */
  List<String> REQUIRED =
      List.of(
          "nrt_init",
          "nrt_close",
          "nrt_load",
          "nrt_unload",
          "nrt_get_visible_nc_count",
          "nrt_get_model_tensor_info",
          "nrt_free_model_tensor_info",
          "nrt_allocate_tensor_set",
          "nrt_destroy_tensor_set",
          "nrt_add_tensor_to_tensor_set",
          "nrt_tensor_allocate",
          "nrt_tensor_free",
          "nrt_tensor_write",
          "nrt_tensor_read",
          "nrt_execute");

  /** Older libraries lack this function, so look it up before calling it. */
  String GET_VERSION = "nrt_get_version";

  int nrt_init(int framework, String frameworkVersion, String abstractionLayerVersion);

  void nrt_close();

  int nrt_get_visible_nc_count(IntByReference count);

  int nrt_get_version(Pointer version, long size);

  int nrt_load(ByteBuffer neff, long size, int core, int coreCount, PointerByReference model);

  int nrt_unload(Pointer model);

  int nrt_get_model_tensor_info(Pointer model, PointerByReference info);

  int nrt_free_model_tensor_info(Pointer info);

  int nrt_allocate_tensor_set(PointerByReference set);

  void nrt_destroy_tensor_set(PointerByReference set);

  int nrt_add_tensor_to_tensor_set(Pointer set, String name, Pointer tensor);

  int nrt_tensor_allocate(
      int placement, int core, long size, String name, PointerByReference tensor);

  void nrt_tensor_free(PointerByReference tensor);

  int nrt_tensor_write(Pointer tensor, ByteBuffer source, long offset, long size);

  int nrt_tensor_read(Pointer tensor, ByteBuffer target, long offset, long size);

  int nrt_execute(Pointer model, Pointer inputs, Pointer outputs);
}
