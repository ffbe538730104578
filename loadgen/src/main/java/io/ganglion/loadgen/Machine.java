package io.ganglion.loadgen;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine of the load generator.
 *
 * @param host its name
 * @param cpu name of its processors, and how many this JVM may use
 * @param jdk version and vendor of the JDK
 */
record Machine(String host, String cpu, String jdk) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** This machine. */
  static Machine local() {
    return new Machine(
        hostName(),
        cpu(cpuInfo(), System.getProperty("os.arch", "unknown"))
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors",
        System.getProperty("java.runtime.version", "unknown")
            + ", "
            + System.getProperty("java.vendor", "unknown"));
  }

  /** The first model name in the lines of {@code /proc/cpuinfo}, or the given default. */
  static String cpu(List<String> cpuInfo, String otherwise) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  private static List<String> cpuInfo() {
    try {
      return Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    } catch (IOException e) {
      return List.of(); // describe the machine by its architecture instead
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
