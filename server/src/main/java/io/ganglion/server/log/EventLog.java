package io.ganglion.server.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes one line for each event that an operator should know about, never with the text of a
 * request. Thread-safe.
 */
public final class EventLog {
  /** The format of a line. */
  public enum Format {
    /** {@code 2026-01-01T00:00:00Z core_lost core=0 reason="..."} */
    TEXT,
    /** One JSON object per line, with "time" and "event". */
    JSON
  }

  private final PrintStream out;
  private final Format format;

  public EventLog(PrintStream out, Format format) {
    this.out = out;
    this.format = format;
  }

  /**
   * Writes one line.
   *
   * @param event name of the event, in snake_case
   * @param fields names and values in turn
   */
  public void event(String event, Object... fields) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < fields.length; i += 2) {
      values.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    String time = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    out.println(format == Format.JSON ? json(time, event, values) : text(time, event, values));
    out.flush();
  }

  private static String text(String time, String event, Map<String, Object> values) {
    StringBuilder line = new StringBuilder(time).append(' ').append(event);
    values.forEach(
        (name, value) -> {
          line.append(' ').append(name).append('=');
          if (value instanceof Number) {
            line.append(value);
          } else {
            String text = String.valueOf(value).replace("\n", " ").replace('"', '\'');
            line.append('"').append(text).append('"');
          }
        });
    return line.toString();
  }

  private static String json(String time, String event, Map<String, Object> values) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("time", time);
    all.put("event", event);
    all.putAll(values);
    try {
      return Json.MAPPER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      return "{\"event\":\"" + event + "\"}"; // a field that JSON cannot express
    }
  }

  /** A class of its own, so that the JSON library is loaded only if needed. */
  private static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}
  }
}
