package io.ganglion.compiler.inspect;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares two reports: maps of texts, numbers, lists and maps of these. */
final class ReportDiff {
  private ReportDiff() {}

  /**
   * Adds a line for each value that differs.
   *
   * @param what begins the lines
   */
  static void add(
      String what, Map<String, ?> first, Map<String, ?> second, List<String> differences) {
    Map<String, String> left = new TreeMap<>();
    Map<String, String> right = new TreeMap<>();
    flatten("", first, left);
    flatten("", second, right);
    TreeSet<String> keys = new TreeSet<>(left.keySet());
    keys.addAll(right.keySet());
    for (String key : keys) {
      if (!Objects.equals(left.get(key), right.get(key))) {
        differences.add(
            what
                + ": "
                + key
                + ": "
                + left.getOrDefault(key, "absent")
                + " -> "
                + right.getOrDefault(key, "absent"));
      }
    }
  }

  private static void flatten(String path, Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> flatten(path.isEmpty() ? "" + key : path + "." + key, inner, into));
    } else {
      into.put(path, String.valueOf(value));
    }
  }
}
