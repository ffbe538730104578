package io.ganglion.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Writes what libraries log as events, so that all lines of the server have one form. Thread-safe.
 */
public final class LibraryLog extends Handler {
  private final EventLog log;
  private final SimpleFormatter messages = new SimpleFormatter();

  /** Creates a handler. */
  public LibraryLog(EventLog log) {
    this.log = log;
  }

  /** Takes the place of all handlers of this process. */
  public static void install(EventLog log) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LibraryLog(log));
  }

  @Override
  public void publish(LogRecord entry) {
    if (!isLoggable(entry)) {
      return;
    }
    Throwable thrown = entry.getThrown();
    List<Object> fields = new ArrayList<>();
    fields.addAll(List.of("logger", String.valueOf(entry.getLoggerName())));
    fields.addAll(List.of("message", messages.formatMessage(entry)));
    if (thrown != null) {
      fields.addAll(List.of("trace", trace(thrown)));
    }
    log.event(level(entry), "library", fields.toArray());
  }

  private static EventLog.Level level(LogRecord entry) {
    int level = entry.getLevel().intValue();
    if (level >= java.util.logging.Level.SEVERE.intValue()) {
      return EventLog.Level.ERROR;
    }
    return level >= java.util.logging.Level.WARNING.intValue()
        ? EventLog.Level.WARN
        : EventLog.Level.INFO;
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString().strip();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
