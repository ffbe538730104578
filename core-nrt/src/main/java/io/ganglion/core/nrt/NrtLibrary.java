package io.ganglion.core.nrt;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loaded {@code libnrt}, checked for the functions that we need. Not yet initialised.
 * Immutable.
 *
 * @param name name or path that it was loaded by
 * @param version the version that it reports, or "of unknown version"
 */
record NrtLibrary(NrtApi api, String name, String version) {
  /** The second path is where the vendor's packages install it; loaders do not search there. */
  private static final List<String> PLACES =
      List.of("libnrt.so.1", "/opt/aws/neuron/lib/libnrt.so.1", "libnrt.so");

  private static final long VERSION_SIZE = 224;
  private static final long VERSION_DETAIL_AT = 32;

  static NrtLibrary open(Optional<Path> path) throws CoreFault {
    List<String> places = path.map(p -> List.of(p.toAbsolutePath().toString())).orElse(PLACES);
    List<String> refusals = new ArrayList<>();
    for (String place : places) {
      try {
        return check(NativeLibrary.getInstance(place), place);
      } catch (UnsatisfiedLinkError e) {
        refusals.add(reason(place, e));
      }
    }
    throw new CoreFault(
        Scope.PROCESS,
        "The Neuron runtime library could not be loaded: "
            + String.join("; ", refusals)
            + ". Install aws-neuronx-runtime-lib, or say where libnrt.so.1 is (option libnrt).");
  }

  private static NrtLibrary check(NativeLibrary library, String place) throws CoreFault {
    List<String> missing = NrtApi.REQUIRED.stream().filter(name -> !has(library, name)).toList();
    if (!missing.isEmpty()) {
      throw new CoreFault(
          Scope.PROCESS,
          place + " is no libnrt that we can use: it lacks " + String.join(", ", missing) + ".");
    }
    NrtApi api = Native.load(place, NrtApi.class);
    return new NrtLibrary(api, place, has(library, NrtApi.GET_VERSION) ? version(api) : UNKNOWN);
  }

  private static final String UNKNOWN = "of unknown version";

  private static boolean has(NativeLibrary library, String function) {
    try {
      return library.getFunction(function) != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static String version(NrtApi api) {
    try (Memory memory = new Memory(VERSION_SIZE)) {
      memory.clear();
      if (api.nrt_get_version(memory, VERSION_SIZE) != NrtStatus.SUCCESS.code()) {
        return UNKNOWN;
      }
      memory.setByte(VERSION_SIZE - 1, (byte) 0);
      String detail = memory.getString(VERSION_DETAIL_AT);
      return memory.getLong(0)
          + "."
          + memory.getLong(8)
          + "."
          + memory.getLong(16)
          + "."
          + memory.getLong(24)
          + (detail.isEmpty() ? "" : " " + detail);
    }
  }

  /** The loader's message, which names the file. JNA's first line does not add anything. */
  private static String reason(String place, UnsatisfiedLinkError e) {
    List<String> lines =
        String.valueOf(e.getMessage()).lines().filter(line -> !line.isBlank()).toList();
    String reason = lines.get(lines.size() > 1 ? 1 : 0);
    return reason.contains(place) ? reason : place + ": " + reason;
  }
}
