package io.ganglion.compiler.cli;

import java.util.List;
import java.util.Map;

/** Formats a tree of maps and lists as indented text. */
final class ReportText {
  private ReportText() {}

  static String of(Map<String, Object> report) {
    StringBuilder text = new StringBuilder();
    append(text, report, "");
    return text.toString();
  }

  private static void append(StringBuilder text, Map<?, ?> report, String indent) {
    int width = 0;
    for (Map.Entry<?, ?> entry : report.entrySet()) {
      if (!(entry.getValue() instanceof Map)) {
        width = Math.max(width, String.valueOf(entry.getKey()).length());
      }
    }
    for (Map.Entry<?, ?> entry : report.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (entry.getValue() instanceof Map<?, ?> map) {
        text.append(indent).append(key).append('\n');
        append(text, map, indent + "  ");
      } else {
        text.append(indent).append(key).append(" ".repeat(width - key.length() + 2));
        text.append(value(entry.getValue())).append('\n');
      }
    }
  }

  private static String value(Object value) {
    if (value instanceof List<?> list) {
      return String.join(", ", list.stream().map(String::valueOf).toList());
    }
    return String.valueOf(value);
  }
}
