package io.ganglion.server.endpoint;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections fit the number of files that the process may open. Stateless. */
public final class DescriptorBudget {
  /**
   * What the server opens for itself: some 100 for jars, weights and event loops, as many
   * connections as the HTTP port holds, and some for a version that is loaded beside the one that
   * serves.
   */
  static final int OWN = 200;

  private DescriptorBudget() {}

  /** Files that this process may have open; a large number where the system does not say. */
  public static long limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** Connections that fit beside what the server opens for itself; 0: none do. */
  public static int connections(long limit) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, limit - OWN));
  }
}
