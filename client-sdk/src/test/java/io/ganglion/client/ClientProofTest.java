package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What takes minutes, or processes of its own. */
@Tag("proof")
@SuppressWarnings("FutureReturnValueIgnored")
class ClientProofTest {
  private static Process java(List<String> flags, Class<?> main, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File("target", main.getSimpleName() + "-" + args[0] + ".log"))
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

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
    int port = freePort();
    Process server = java(List.of(), ScriptedServer.class, Integer.toString(port));
    try {
      Process client = java(List.of("-Xmx64m"), Million.class, Integer.toString(port), "1000000");
      assertThat(client.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(client.exitValue()).isZero();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void threeServersKilledInTurnLoseNothingAndAnswerNothingTwice() throws Exception {
    int[] ports = {freePort(), freePort(), freePort()};
    Process[] servers = new Process[3];
    for (int i = 0; i < 3; i++) {
      servers[i] = start(ports[i]);
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong sent = new AtomicLong();
    AtomicLong answered = new AtomicLong();
    AtomicLong wrong = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    try (GanglionClient client =
        GanglionClient.builder()
            .target("localhost:" + ports[0], "localhost:" + ports[1], "localhost:" + ports[2])
            .build()) {
      List<Thread> users = new ArrayList<>();
      for (int u = 0; u < 24; u++) {
        Thread user = new Thread(() -> use(client, stop, sent, answered, wrong, failed));
        user.start();
        users.add(user);
      }
      int kills = killInTurn(servers, ports);
      stop.set(true);
      for (Thread user : users) {
        user.join();
      }
      System.out.printf(
          "%d kills, %d sent, %d answered, %d failed, %d wrong or twice%n",
          kills, sent.get(), answered.get(), failed.get(), wrong.get());
    } finally {
      for (Process server : servers) {
        server.destroyForcibly().waitFor();
      }
    }
    assertThat(failed).hasValue(0);
    assertThat(wrong).hasValue(0);
    assertThat(answered.get()).isEqualTo(sent.get()).isGreaterThan(10_000);
  }

  private static Process start(int port) throws IOException {
    return java(
        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
        ScriptedServer.class,
        Integer.toString(port),
        "3");
  }

  private static int killInTurn(Process[] servers, int[] ports)
      throws InterruptedException, IOException {
    int kills = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() - end < 0) {
      Thread.sleep(5000); // the plan of the test, not a wait for something
      int victim = kills % 3;
      servers[victim].destroyForcibly().waitFor();
      servers[victim] = start(ports[victim]);
      kills++;
    }
    return kills;
  }

  private static void use(
      GanglionClient client,
      AtomicBoolean stop,
      AtomicLong sent,
      AtomicLong answered,
      AtomicLong wrong,
      AtomicLong failed) {
    try (ClassificationStream stream = client.openStream(8)) {
      for (int i = 0; !stop.get(); i++) {
        int length = i % 100;
        AtomicBoolean once = new AtomicBoolean();
        sent.incrementAndGet();
        stream
            .send(new TextPair("x".repeat(length), "y"))
            .whenComplete(
                (answer, thrown) -> {
                  if (thrown != null) {
                    failed.incrementAndGet();
                    System.out.println(thrown);
                  } else if (answer.inputTokens() != length + 1 || once.getAndSet(true)) {
                    wrong.incrementAndGet();
                  } else {
                    answered.incrementAndGet();
                  }
                });
      }
      stream.finish().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
