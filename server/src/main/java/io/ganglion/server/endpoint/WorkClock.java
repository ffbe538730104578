package io.ganglion.server.endpoint;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The time, and the processor time of the calling thread, both in nanoseconds. Thread-safe. */
interface WorkClock {
  long nowNs();

  long workNs();

  /**
   * The clocks of this machine. Where it does not tell the processor time, the time stands for it.
   */
  static WorkClock system() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    boolean told = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    return new WorkClock() {
      @Override
      public long nowNs() {
        return System.nanoTime();
      }

      @Override
      public long workNs() {
        return told ? threads.getCurrentThreadCpuTime() : System.nanoTime();
      }
    };
  }
}
