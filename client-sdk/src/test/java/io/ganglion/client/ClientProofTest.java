package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.TextPair;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stream must run in constant memory. Client and server are processes of their own. */
@Tag("proof")
@SuppressWarnings("FutureReturnValueIgnored")
class ClientProofTest {
  /** Run in a JVM with a small heap: {@code PORT PAIRS}. */
  static final class Million {
    public static void main(String[] args) throws Exception {
      int pairs = Integer.parseInt(args[1]);
      AtomicLong right = new AtomicLong();
      long start = System.nanoTime();
      try (GanglionClient client = GanglionClient.builder().target("localhost:" + args[0]).build();
          ClassificationStream stream = client.openStream(1000)) {
        for (int i = 0; i < pairs; i++) {
          int length = i % 200;
          stream
              .send(new TextPair("x".repeat(length), "y"))
              .thenAccept(a -> right.addAndGet(a.inputTokens() == length + 1 ? 1 : 0));
        }
        stream.finish().join();
      }
      System.out.printf("%d right in %.1f s%n", right.get(), (System.nanoTime() - start) / 1e9);
      System.exit(right.get() == pairs ? 0 : 1);
    }
  }

  @Test
  void aMillionPairsGoThroughOneStreamInAHeapOf64Megabytes() throws Exception {
    String port = Integer.toString(Processes.freePort());
    Process server = Processes.java(List.of(), ScriptedServer.class, port);
    try {
      Process client = Processes.java(List.of("-Xmx64m"), Million.class, port, "1000000");
      assertThat(client.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(client.exitValue()).isZero();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }
}
