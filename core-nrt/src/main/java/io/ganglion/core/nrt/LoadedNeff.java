package io.ganglion.core.nrt;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** One NEFF on one NeuronCore. Executions of several slots may run at the same time. */
final class LoadedNeff {
  private final NrtApi api;
  private final Pointer model;
  private final int core;
  private final List<TensorInfo> tensors;

  private LoadedNeff(NrtApi api, Pointer model, int core, List<TensorInfo> tensors) {
    this.api = api;
    this.model = model;
    this.core = core;
    this.tensors = tensors;
  }

  /** Loads a NEFF. The caller holds the load lock. */
  static LoadedNeff load(NrtApi api, Path neff, int core) throws CoreFault {
    ByteBuffer bytes = map(neff);
    PointerByReference reference = new PointerByReference();
    int status = api.nrt_load(bytes, bytes.remaining(), core, -1, reference);
    if (status != NrtStatus.SUCCESS.code()) {
      Scope scope = NrtStatus.scopeOf(status) == Scope.PROCESS ? Scope.PROCESS : Scope.CORE;
      throw new CoreFault(
          scope, NrtStatus.message("nrt_load of " + neff.getFileName(), core, status));
    }
    Pointer model = reference.getValue();
    try {
      return new LoadedNeff(api, model, core, TensorInfo.of(api, model, core));
    } catch (Throwable e) {
      api.nrt_unload(model);
      throw e;
    }
  }

  private static ByteBuffer map(Path neff) throws CoreFault {
    try (FileChannel channel = FileChannel.open(neff, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new CoreFault(Scope.CORE, "The NEFF " + neff + " is larger than 2 GiB.");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new CoreFault(Scope.CORE, "Cannot read the NEFF " + neff + ": " + e, e);
    }
  }

  Pointer model() {
    return model;
  }

  int core() {
    return core;
  }

  TensorInfo input(String name, long size) throws CoreFault {
    return TensorInfo.find(tensors, NrtApi.USAGE_INPUT, name, size);
  }

  TensorInfo output(String name, long size) throws CoreFault {
    return TensorInfo.find(tensors, NrtApi.USAGE_OUTPUT, name, size);
  }

  /**
   * Unloads the NEFF and returns the status. All slots must be closed, and the caller holds the
   * load lock.
   */
  int unload() {
    return api.nrt_unload(model);
  }
}
