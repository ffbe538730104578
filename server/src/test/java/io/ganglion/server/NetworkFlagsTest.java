package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.cli.Durations;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NetworkFlagsTest {
  private static int messageBytes(String... flags) {
    NetworkFlags parsed = new NetworkFlags();
    new CommandLine(parsed).registerConverter(Duration.class, new Durations()).parseArgs(flags);
    return parsed
        .config(100, Duration.ofSeconds(1), new PrintStream(OutputStream.nullOutputStream()))
        .messageBytes();
  }

  /** An item somewhat too long is answered by itself; more would only fill memory. */
  @Test
  void aMessageMayBeSomewhatLongerThanAnItem() {
    assertThat(messageBytes()).isEqualTo(1 << 20);
    assertThat(messageBytes("--max-item-size", "1000")).isEqualTo(1 << 20);
    assertThat(messageBytes("--max-item-size", "1000000")).isEqualTo(2_000_000);
  }
}
