package io.ganglion.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private String logged(EventLog.Format format) {
    EventLog log = new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), format);
    log.event("core_lost", "core", 3, "reason", "it \"hangs\"\nfor long");
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsOneLineOfText() {
    assertThat(logged(EventLog.Format.TEXT))
        .matches("\\S+Z core_lost core=3 reason=\"it 'hangs' for long\"\\R");
  }

  @Test
  void anEventIsOneJsonObject() throws Exception {
    String line = logged(EventLog.Format.JSON);
    assertThat(line.lines()).hasSize(1);
    JsonNode event = new ObjectMapper().readTree(line);
    assertThat(Instant.parse(event.get("time").textValue())).isBefore(Instant.now().plusSeconds(1));
    assertThat(event.get("event").textValue()).isEqualTo("core_lost");
    assertThat(event.get("core").intValue()).isEqualTo(3);
    assertThat(event.get("reason").textValue()).isEqualTo("it \"hangs\"\nfor long");
  }
}
