package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs three server processes under load for 60 s and every 5 s kills one and starts it again.
 * Every item must get its own answer, once. The proofs of this module use it with scripted servers,
 * those of the server with real ones.
 */
@SuppressWarnings("FutureReturnValueIgnored")
public final class KilledServers {
  private static final int TEXTS = 100;
  private static final int USERS = 24;
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final long BETWEEN_KILLS_MS = 5000;

  /** Starts a server in a process of its own. */
  public interface Launcher {
    Process start(int port) throws IOException;
  }

  private static TextPair pair(int text) {
    return new TextPair("cat ".repeat(text + 1), "the other text");
  }

  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * Takes over a minute. Fails if an item is lost or gets another's answer.
   *
   * @return the number of answered items
   */
  public static long survive(Launcher launcher) throws Exception {
    KilledServers run = new KilledServers();
    run.run(launcher);
    return run.answered.get();
  }

  private KilledServers() {}

  private void run(Launcher launcher) throws Exception {
    int[] ports = {Processes.freePort(), Processes.freePort(), Processes.freePort()};
    Process[] servers = new Process[ports.length];
    for (int i = 0; i < ports.length; i++) {
      servers[i] = launcher.start(ports[i]);
    }
    try (GanglionClient client =
        GanglionClient.builder()
            .target("localhost:" + ports[0], "localhost:" + ports[1], "localhost:" + ports[2])
            .build()) {
      List<Classification> expected = expected(client);
      List<Thread> users = new ArrayList<>();
      for (int u = 0; u < USERS; u++) {
        Thread user = new Thread(() -> use(client, expected));
        user.start();
        users.add(user);
      }
      int kills = killInTurn(launcher, servers, ports);
      stop.set(true);
      for (Thread user : users) {
        user.join();
      }
      System.out.printf(
          "%d kills, %d sent, %d answered, %d failed, %d wrong%n",
          kills, sent.get(), answered.get(), failed.get(), wrong.get());
      assertThat(kills).isGreaterThan(10);
    } finally {
      for (Process server : servers) {
        server.destroyForcibly().waitFor();
      }
    }
    assertThat(failed).hasValue(0);
    assertThat(wrong).hasValue(0);
    assertThat(answered.get()).isEqualTo(sent.get());
  }

  /** The answer that each text must get from every server. Waits for the servers to start. */
  private static List<Classification> expected(GanglionClient client) {
    List<Classification> answers = new ArrayList<>();
    for (int text = 0; text < TEXTS; text++) {
      answers.add(client.classify(pair(text), Duration.ofMinutes(1)).join());
    }
    return answers;
  }

  private int killInTurn(Launcher launcher, Process[] servers, int[] ports)
      throws InterruptedException, IOException {
    int kills = 0;
    long end = System.nanoTime() + LENGTH.toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.sleep(BETWEEN_KILLS_MS); // the plan of the test, not a wait for something
      int victim = kills % servers.length;
      servers[victim].destroyForcibly().waitFor(); // SIGKILL
      servers[victim] = launcher.start(ports[victim]);
      kills++;
    }
    return kills;
  }

  private void use(GanglionClient client, List<Classification> expected) {
    try (ClassificationStream stream = client.openStream(8)) {
      for (int i = 0; !stop.get(); i++) {
        int text = i % TEXTS;
        sent.incrementAndGet();
        stream
            .send(pair(text))
            .whenComplete((answer, thrown) -> count(expected.get(text), answer, thrown));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  private void count(Classification expected, Classification answer, Throwable thrown) {
    if (thrown != null) {
      failed.incrementAndGet();
      System.out.println(thrown);
    } else if (answer.inputTokens() == expected.inputTokens()
        && answer.probabilities().equals(expected.probabilities())) {
      answered.incrementAndGet();
    } else {
      wrong.incrementAndGet();
    }
  }
}
