package io.ganglion.server;

import io.ganglion.server.log.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Prepares for a shortage of descriptors and memory: uses the code for reporting it once, while
 * there is enough. A class that fails to load because no file can be opened stays unusable
 * afterwards. Stateless.
 */
final class Distress {
  private Distress() {}

  static void prepare() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    for (EventLog.Format format : EventLog.Format.values()) {
      new EventLog(nowhere, format).event("prepared", "number", 1, "text", new IOException("x"));
    }
    LogRecord record = new LogRecord(Level.SEVERE, "prepared");
    record.setThrown(
        new IOException("prepared")); // formatting its time loads the file of time zones
    nowhere.print(new SimpleFormatter().format(record));
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.flush();
    }
  }
}
