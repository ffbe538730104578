package io.ganglion.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.cli.Durations;
import io.ganglion.server.log.EventLog;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NetworkFlagsTest {
  private static int messageBytes(String... flags) {
    NetworkFlags parsed = new NetworkFlags();
    new CommandLine(parsed).registerConverter(Duration.class, new Durations()).parseArgs(flags);
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    EventLog log = new EventLog(nowhere, nowhere, EventLog.Format.TEXT, EventLog.Level.INFO);
    return parsed.config(100, Duration.ofSeconds(1), log).messageBytes();
  }

  /** An item somewhat too long is answered by itself; more would only fill memory. */
  @Test
  void aMessageMayBeSomewhatLongerThanAnItem() {
    assertThat(messageBytes()).isEqualTo(1 << 20);
    assertThat(messageBytes("--max-item-size", "1000")).isEqualTo(1 << 20);
    assertThat(messageBytes("--max-item-size", "1000000")).isEqualTo(2_000_000);
  }
}
