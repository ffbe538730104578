package io.ganglion.server.endpoint;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Computes how many connections fit the process's limit of open files. Stateless. */
public final class DescriptorBudget {
  /**
   * Files for the server itself: about 100 for jars, weights and event loops, the connections of
   * the HTTP port, and some for a version that is loaded beside the serving one.
   */
  static final int OWN = 200;

  private DescriptorBudget() {}

  /** Most files that this process may open; a large number if the system does not say. */
  public static long limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** Number of connections that fit beside the server's own files; may be 0. */
  public static int connections(long limit) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, limit - OWN));
  }
}
