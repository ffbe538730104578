package io.ganglion.compiler.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of a description a person reads first: a verdict, and no long lists. */
final class InspectSummary {
  /** A part with more lines than this is only counted. */
  private static final int MOST_LINES = 12;

  private InspectSummary() {}

  /** A sentence: whether a source can be compiled, or an artifact can run here. */
  static String verdict(Map<String, Object> report) {
    Object kind = report.get("kind");
    if (Boolean.FALSE.equals(report.get("compilable"))) {
      return "Cannot be compiled: " + report.get("why_not");
    }
    if (report.containsKey("compilable")) {
      return "Can be compiled: " + kind + " " + report.get("path");
    }
    Object cannot =
        report.get("cpu_core") instanceof Map<?, ?> core ? core.get("cannot_run_here") : null;
    return cannot == null
        ? "Can be served on this machine's CPU: " + kind + " " + report.get("path")
        : "Cannot be served on this machine's CPU: " + cannot;
  }

  /** The description with its long parts counted instead of shown. */
  static Map<String, Object> of(Map<String, Object> report) {
    Map<String, Object> summary = new LinkedHashMap<>();
    report.forEach(
        (key, value) -> {
          if (!key.equals("compilable") && !key.equals("why_not")) {
            summary.put(key, shortened(value));
          }
        });
    return summary;
  }

  private static Object shortened(Object value) {
    int lines = lines(value);
    if (lines <= MOST_LINES) {
      return value;
    }
    if (value instanceof Map<?, ?> map && map.size() <= MOST_LINES) {
      Map<String, Object> parts = new LinkedHashMap<>();
      map.forEach((key, part) -> parts.put(String.valueOf(key), shortened(part)));
      return parts;
    }
    return lines + " lines, shown with --all";
  }

  private static int lines(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().mapToInt(InspectSummary::lines).sum();
    }
    return value instanceof List<?> list && list.size() > MOST_LINES ? list.size() : 1;
  }
}
