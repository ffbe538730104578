package io.ganglion.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process holds, minute by minute, and how fast that grows. For one thread. */
final class ResourceTrend {
  /** The beginning, in which classes are loaded and compiled, is not part of the trend. */
  static final int SKIPPED_SHARE = 4;

  private final Path process;
  private final List<Map<Kind, Double>> minutes = new ArrayList<>();
  private double heapMib;

  /** Kinds of what is held. */
  enum Kind {
    HEAP_MIB,
    RSS_MIB,
    DESCRIPTORS,
    THREADS
  }

  ResourceTrend(long pid) {
    this.process = Path.of("/proc", "" + pid);
  }

  /** Whether this system tells what a process holds. */
  static boolean supported() {
    return Files.isReadable(Path.of("/proc/self/status"));
  }

  /** Takes what a collection left in the heap. */
  void heap(double bytes) {
    heapMib = bytes / (1 << 20);
  }

  /** Ends a minute, and tells what it saw. */
  String minute() throws IOException {
    Map<Kind, Double> seen = new EnumMap<>(Kind.class);
    seen.put(Kind.HEAP_MIB, heapMib);
    seen.put(Kind.RSS_MIB, status("VmRSS") / 1024);
    seen.put(Kind.THREADS, status("Threads"));
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      seen.put(Kind.DESCRIPTORS, (double) open.count());
    }
    minutes.add(seen);
    StringBuilder line = new StringBuilder();
    seen.forEach((kind, value) -> line.append(String.format(Locale.ROOT, " %s %.1f", kind, value)));
    return line.toString();
  }

  private double status(String name) throws IOException {
    Pattern value = Pattern.compile("^" + name + ":\\s+(\\d+)", Pattern.MULTILINE);
    Matcher found = value.matcher(Files.readString(process.resolve("status")));
    if (!found.find()) {
      throw new IOException("no " + name);
    }
    return Double.parseDouble(found.group(1));
  }

  private List<Map<Kind, Double>> counted() {
    return minutes.subList(minutes.size() / SKIPPED_SHARE, minutes.size());
  }

  /** By how much it grows in an hour, by least squares. */
  double slopeOfAnHour(Kind kind) {
    List<Map<Kind, Double>> points = counted();
    double middle = (points.size() - 1) / 2.0;
    double mean = mean(kind);
    double above = 0;
    double below = 0;
    for (int i = 0; i < points.size(); i++) {
      above += (i - middle) * (points.get(i).get(kind) - mean);
      below += (i - middle) * (i - middle);
    }
    return below == 0 ? 0 : 60 * above / below;
  }

  double mean(Kind kind) {
    return counted().stream().mapToDouble(seen -> seen.get(kind)).average().orElse(0);
  }
}
