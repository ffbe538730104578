package io.ganglion.server;

import io.ganglion.server.log.EventLog;
import io.ganglion.server.log.LibraryLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogRecord;

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
      EventLog log = new EventLog(nowhere, nowhere, format, EventLog.Level.INFO);
      log.error("prepared", "number", 1, "text", new IOException("x"));
      LogRecord entry = new LogRecord(Level.SEVERE, "prepared");
      entry.setThrown(new IOException("prepared"));
      new LibraryLog(log).publish(entry);
    }
  }
}
