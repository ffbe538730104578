package io.ganglion.core.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the sizes of this machine's CPU caches from Linux. Stateless. */
final class CpuCache {
  /** Assumed if the size is unknown: most CPUs have at least this. */
  static final long USUAL_LEVEL_2 = 1L << 20;

  private static final Path OF_FIRST_CPU = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private CpuCache() {}

  /** A processor's share of its level 2 cache, in bytes. */
  static long levelTwoShare() {
    return levelTwoShare(OF_FIRST_CPU);
  }

  /**
   * @param directory with a folder for each cache
   */
  static long levelTwoShare(Path directory) {
    for (int index = 0; ; index++) {
      Path cache = directory.resolve("index" + index);
      if (!Files.isDirectory(cache)) {
        return USUAL_LEVEL_2;
      }
      try {
        if (read(cache, "level").equals("2")) {
          return bytes(read(cache, "size")) / processors(read(cache, "shared_cpu_list"));
        }
      } catch (IOException | NumberFormatException e) {
        return USUAL_LEVEL_2;
      }
    }
  }

  private static String read(Path cache, String file) throws IOException {
    return Files.readString(cache.resolve(file)).strip();
  }

  /** Parses a size such as {@code 2048K}. */
  private static long bytes(String size) {
    int last = size.length() - 1;
    long unit =
        switch (size.charAt(last)) {
          case 'K' -> 1L << 10;
          case 'M' -> 1L << 20;
          default -> throw new NumberFormatException("unknown unit: " + size);
        };
    return Long.parseLong(size.substring(0, last)) * unit;
  }

  /** The number of entries in a list such as {@code 0-1,64-65}. */
  private static int processors(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      count +=
          dash < 0
              ? 1
              : Integer.parseInt(range.substring(dash + 1))
                  - Integer.parseInt(range.substring(0, dash))
                  + 1;
    }
    return count;
  }
}
