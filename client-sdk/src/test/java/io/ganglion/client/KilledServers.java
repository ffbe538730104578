package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.TextPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs three server processes under load. Every 5 s one is killed and started again. At the same
 * time another is stopped for 5 s, or the way to it becomes a black hole, or nothing more happens,
 * in turns. Every item must get its own answer, once. The proofs of this module use it with
 * scripted servers, those of the server with real ones.
 *
 * <p>A connection through a black hole is left after 13 s. An item that meets two of them in a row
 * has too little left of its 30 s, so there is one each 15 s.
 */
@SuppressWarnings("FutureReturnValueIgnored")
public final class KilledServers {
  private static final int ITEMS = 200_000;
  private static final int TEXTS = 100;
  private static final int USERS = 24;
  private static final long BETWEEN_FAULTS_MS = 5000;

  /** Starts a server in a process of its own. */
  public interface Launcher {
    Process start(int port) throws IOException;
  }

  private static TextPair pair(int text) {
    return new TextPair("cat ".repeat(text + 1), "the other text");
  }

  private final Launcher launcher;
  private final int items;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicIntegerArray answers;
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Server> servers = new ArrayList<>();
  private int kills;
  private int stops;
  private int holes;

  /** A server, and the way to it. */
  private final class Server {
    final int port = Processes.freePort();
    final BlackHole way = new BlackHole(port);
    Process process = launcher.start(port);

    Server() throws IOException {}

    void kill() throws IOException, InterruptedException {
      process.destroyForcibly().waitFor(); // SIGKILL
      process = launcher.start(port);
    }

    boolean listens() {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }
  }

  /**
   * Takes minutes. Fails if one of the items is lost, or gets another's answer, or two. There are
   * as many as {@code -Dganglion.killed.items} says.
   */
  public static void survive(Launcher launcher) throws Exception {
    new KilledServers(launcher, Integer.getInteger("ganglion.killed.items", ITEMS)).run();
  }

  private KilledServers(Launcher launcher, int items) {
    this.launcher = launcher;
    this.items = items;
    this.answers = new AtomicIntegerArray(items);
  }

  private void run() throws Exception {
    try {
      for (int i = 0; i < 3; i++) {
        servers.add(new Server());
      }
      try (GanglionClient client =
          GanglionClient.builder()
              .target(servers.stream().map(server -> server.way.target()).toArray(String[]::new))
              .build()) {
        load(client);
      }
    } finally {
      for (Server server : servers) {
        server.process.destroyForcibly().waitFor();
        server.way.close();
      }
    }
    int once = 0;
    int twice = 0;
    for (int item = 0; item < items; item++) {
      once += answers.get(item) == 1 ? 1 : 0;
      twice += answers.get(item) > 1 ? 1 : 0;
    }
    System.out.printf(
        "%d items; %d kills, %d stops, %d black holes; %d answered once, %d twice, %d failed,"
            + " %d wrong%n",
        items, kills, stops, holes, once, twice, failed.get(), wrong.get());
    assertThat(failed).hasValue(0);
    assertThat(wrong).hasValue(0);
    assertThat(twice).isZero();
    assertThat(once).isEqualTo(items);
    assertThat(List.of(kills, stops, holes)).allMatch(count -> count > 0);
  }

  private void load(GanglionClient client) throws IOException, InterruptedException {
    List<Classification> expected = expected(client);
    List<Thread> users = new ArrayList<>();
    for (int u = 0; u < USERS; u++) {
      Thread user = new Thread(() -> use(client, expected));
      user.start();
      users.add(user);
    }
    for (int step = 0; next.get() < items; step++) {
      fault(step);
    }
    for (Thread user : users) {
      user.join();
    }
  }

  /** The answer that each text must get from every server. Waits for the servers to start. */
  private static List<Classification> expected(GanglionClient client) {
    List<Classification> answers = new ArrayList<>();
    for (int text = 0; text < TEXTS; text++) {
      answers.add(client.classify(pair(text), Duration.ofMinutes(1)).join());
    }
    return answers;
  }

  /** Whatever happens to two of them, the third is whole. */
  private void fault(int step) throws IOException, InterruptedException {
    Server killed = servers.get(step % 3);
    Server other = servers.get((step + 2) % 3);
    boolean stop = step % 3 == 0;
    boolean hole = step % 3 == 1;
    if (stop) {
      other.signal("STOP");
      stops++;
    }
    if (hole) {
      other.way.swallowAll();
      holes++;
    }
    killed.kill();
    kills++;
    Thread.sleep(BETWEEN_FAULTS_MS); // the plan of the test, not a wait for something
    if (stop) {
      other.signal("CONT");
    }
    if (hole) {
      other.way.passAgain();
    }
    Conditions.await(killed::listens); // or else none of the three would be whole at the next step
  }

  private void use(GanglionClient client, List<Classification> expected) {
    try (ClassificationStream stream = client.openStream(8)) {
      for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
        int sent = item;
        stream
            .send(pair(item % TEXTS))
            .whenComplete((answer, thrown) -> count(sent, expected, answer, thrown));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException e) {
      throw new AssertionError(e);
    }
  }

  private void count(
      int item, List<Classification> expected, Classification answer, Throwable thrown) {
    Classification right = expected.get(item % TEXTS);
    if (thrown != null) {
      failed.incrementAndGet();
      System.out.println(thrown);
    } else if (answer.inputTokens() == right.inputTokens()
        && answer.probabilities().equals(right.probabilities())) {
      answers.incrementAndGet(item);
    } else {
      wrong.incrementAndGet();
    }
  }
}
