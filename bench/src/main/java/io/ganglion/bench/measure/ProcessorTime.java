package io.ganglion.bench.measure;

import java.time.Duration;

/** What the system says of a process's use of the processors. Stateless. */
final class ProcessorTime {
  private ProcessorTime() {}

  /** Time of all threads of a process so far; 0 if the system does not tell. */
  static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }
}
