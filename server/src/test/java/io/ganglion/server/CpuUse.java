package io.ganglion.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Measures who used the machine's processors, because figures from a busy machine say little. */
final class CpuUse {
  private static final double TICKS_PER_SECOND = 100;

  /** Positions in the first line of /proc/stat. */
  private static final int IDLE = 4;

  private static final int IO_WAIT = 5;
  private static final int STEAL = 8;

  private final ProcessHandle server;
  private final long[] machine;
  private final double serverSeconds;
  private final double ownSeconds;

  private CpuUse(ProcessHandle server) {
    this.server = server;
    this.machine = machine();
    this.serverSeconds = seconds(server);
    this.ownSeconds = seconds(ProcessHandle.current());
  }

  static CpuUse begin(ProcessHandle server) {
    return new CpuUse(server);
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(0.0);
  }

  private static long[] machine() {
    try {
      String[] words = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
      long[] ticks = new long[words.length];
      for (int i = 1; i < words.length; i++) {
        ticks[i] = Long.parseLong(words[i]);
      }
      return ticks;
    } catch (IOException e) {
      return new long[STEAL + 1]; // not Linux: the use by others is unknown
    }
  }

  /** Processor seconds by user. */
  String shares() {
    long[] now = machine();
    double busy = 0;
    for (int i = 1; i < STEAL; i++) {
      busy += i == IDLE || i == IO_WAIT ? 0 : now[i] - machine[i];
    }
    double byServer = seconds(server) - serverSeconds;
    double own = seconds(ProcessHandle.current()) - ownSeconds;
    return String.format(
        Locale.ROOT,
        "processor seconds: server %.1f, client %.1f, others %.1f, idle %.1f, stolen %.1f",
        byServer,
        own,
        busy / TICKS_PER_SECOND - byServer - own,
        (now[IDLE] - machine[IDLE]) / TICKS_PER_SECOND,
        (now[STEAL] - machine[STEAL]) / TICKS_PER_SECOND);
  }
}
