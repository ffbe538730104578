package io.ganglion.server.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes one line for each event that an operator should know about, never with the text of a
 * request. Thread-safe.
 *
 * <p>As text, what everybody expects of a server (it is ready, it stops) is a plain sentence on
 * standard output, and what went wrong or changed is a line with its time on standard error. As
 * JSON, all of it is on standard output, an object a line.
 */
public final class EventLog {
  /** The format of a line. */
  public enum Format {
    /** {@code 2026-01-01T00:00:00Z ERROR core_lost core=0 reason="..."} */
    TEXT,
    /** One JSON object per line, with "time", "level" and "event". */
    JSON
  }

  /** How much an event matters. */
  public enum Level {
    INFO,
    /** Something is refused or late; the server goes on as before. */
    WARN,
    /** A part of the server has failed. */
    ERROR
  }

  private final PrintStream out;
  private final PrintStream err;
  private final Format format;
  private final Level least;

  /**
   * Creates a log.
   *
   * @param out standard output
   * @param err standard error
   * @param least events that matter less are not written
   */
  public EventLog(PrintStream out, PrintStream err, Format format, Level least) {
    this.out = out;
    this.err = err;
    this.format = format;
    this.least = least;
  }

  /**
   * Says what everybody expects.
   *
   * @param sentence for people
   * @param event name of the event for machines, in snake_case
   * @param fields names and values in turn
   */
  public void say(String sentence, String event, Object... fields) {
    if (format == Format.JSON) {
      event(Level.INFO, event, fields);
    } else if (least == Level.INFO) {
      line(out, sentence);
    }
  }

  /** Writes that something has changed. Parameters as for {@link #event}. */
  public void info(String event, Object... fields) {
    event(Level.INFO, event, fields);
  }

  /** Writes that something is refused or late. Parameters as for {@link #event}. */
  public void warn(String event, Object... fields) {
    event(Level.WARN, event, fields);
  }

  /** Writes that a part of the server has failed. Parameters as for {@link #event}. */
  public void error(String event, Object... fields) {
    event(Level.ERROR, event, fields);
  }

  /**
   * Writes one line.
   *
   * @param event name of the event, in snake_case
   * @param fields names and values in turn
   */
  void event(Level level, String event, Object... fields) {
    if (level.compareTo(least) < 0) {
      return;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < fields.length; i += 2) {
      values.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    String time = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    switch (format) {
      case TEXT -> line(err, text(time, level, event, values));
      case JSON -> line(out, json(time, level, event, values));
    }
  }

  /** Whether a sentence on standard error would stand among lines of another form. */
  public boolean isJson() {
    return format == Format.JSON;
  }

  private static void line(PrintStream to, String line) {
    to.println(line);
    to.flush();
  }

  private static String text(String time, Level level, String event, Map<String, Object> values) {
    StringBuilder line = new StringBuilder(time).append(' ').append(level).append(' ');
    line.append(event);
    values.forEach(
        (name, value) -> {
          line.append(' ').append(name).append('=');
          if (value instanceof Number || value instanceof Boolean) {
            line.append(value);
          } else {
            String text = String.valueOf(value).replace("\n", " ").replace('"', '\'');
            line.append('"').append(text).append('"');
          }
        });
    return line.toString();
  }

  private static String json(String time, Level level, String event, Map<String, Object> values) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("time", time);
    all.put("level", level.name().toLowerCase(Locale.ROOT));
    all.put("event", event);
    values.forEach((name, value) -> all.put(name, plain(value)));
    try {
      return Json.MAPPER.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      return "{\"event\":\"" + event + "\"}"; // a field that JSON cannot express
    }
  }

  private static Object plain(Object value) {
    return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
  }

  /** A class of its own, so that the JSON library is loaded only if needed. */
  private static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}
  }
}
