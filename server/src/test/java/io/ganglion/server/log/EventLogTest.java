package io.ganglion.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private EventLog log(EventLog.Format format, EventLog.Level least) {
    return new EventLog(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), format, least);
  }

  private EventLog log(EventLog.Format format) {
    return log(format, EventLog.Level.INFO);
  }

  @Test
  void anEventIsOneLineOfTextWithItsLevel() {
    log(EventLog.Format.TEXT).error("core_lost", "core", 3, "reason", "it \"hangs\"\nfor long");
    assertThat(err.toString(UTF_8))
        .matches("\\S+Z ERROR core_lost core=3 reason=\"it 'hangs' for long\"\\R");
    assertThat(out.size()).isZero();
  }

  @Test
  void anEventIsOneJsonObject() throws Exception {
    log(EventLog.Format.JSON).error("core_lost", "core", 3, "reason", "it \"hangs\"\nfor long");
    JsonNode event = theObject();
    assertThat(Instant.parse(event.get("time").textValue())).isBefore(Instant.now().plusSeconds(1));
    assertThat(event.get("level").textValue()).isEqualTo("error");
    assertThat(event.get("event").textValue()).isEqualTo("core_lost");
    assertThat(event.get("core").intValue()).isEqualTo(3);
    assertThat(event.get("reason").textValue()).isEqualTo("it \"hangs\"\nfor long");
  }

  @Test
  void whatEverybodyExpectsIsASentenceOrAnObject() throws Exception {
    log(EventLog.Format.TEXT).say("ready on a:1", "ready", "port", 1, "tls", false);
    assertThat(out.toString(UTF_8)).isEqualTo("ready on a:1" + System.lineSeparator());
    out.reset();
    log(EventLog.Format.JSON).say("ready on a:1", "ready", "port", 1, "tls", false);
    JsonNode event = theObject();
    assertThat(event.get("level").textValue()).isEqualTo("info");
    assertThat(event.get("event").textValue()).isEqualTo("ready");
    assertThat(event.get("tls").isBoolean()).isTrue();
  }

  @Test
  void whatMattersLessThanTheLevelIsNotWritten() {
    for (EventLog.Format format : EventLog.Format.values()) {
      EventLog log = log(format, EventLog.Level.WARN);
      log.say("ready", "ready");
      log.info("file_reloaded");
      log.warn("drain_timeout");
      log.error("core_lost");
    }
    assertThat(out.toString(UTF_8)).containsOnlyOnce("drain_timeout").containsOnlyOnce("core_lost");
    assertThat(err.toString(UTF_8)).containsOnlyOnce("drain_timeout").containsOnlyOnce("core_lost");
    assertThat(out.toString(UTF_8) + err.toString(UTF_8)).doesNotContain("ready", "file_reloaded");
  }

  @Test
  void whatALibraryLogsIsAnEventWithItsTrace() throws Exception {
    LogRecord entry = new LogRecord(Level.WARNING, "port {0} is closed");
    entry.setParameters(new Object[] {"60061"});
    entry.setLoggerName("io.grpc.Port");
    entry.setThrown(new IllegalStateException("scripted"));
    new LibraryLog(log(EventLog.Format.JSON)).publish(entry);
    JsonNode event = theObject();
    assertThat(event.get("level").textValue()).isEqualTo("warn");
    assertThat(event.get("event").textValue()).isEqualTo("library");
    assertThat(event.get("logger").textValue()).isEqualTo("io.grpc.Port");
    assertThat(event.get("message").textValue()).isEqualTo("port 60061 is closed");
    assertThat(event.get("trace").textValue()).contains("scripted", "\tat ");
  }

  private JsonNode theObject() throws Exception {
    assertThat(err.size()).isZero();
    String line = out.toString(UTF_8);
    assertThat(line.lines()).hasSize(1);
    return new ObjectMapper().readTree(line);
  }
}
