package io.ganglion.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.server.ResourceTrend.Kind;
import io.ganglion.server.SoakClientProcess.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server at 80 % of its capacity for half an hour, or as many minutes as {@code
 * ganglion.soak.minutes} says: texts of all lengths, another version each minute, a client killed
 * and started again each ten seconds. Each answer must be one of those that the two versions give
 * when asked that text alone, and what the server holds must not grow.
 */
@Tag("proof")
class SoakProofTest {
  private static final ModelDimensions MODEL = new ModelDimensions(160, 512, 2, 64, 2, 4, 256);
  private static final int CLIENTS = 2;
  private static final int MEASURED_SECONDS = 40;
  private static final int BETWEEN_KILLS_SECONDS = 10;
  private static final int MINUTE = 60;
  private static final double SHARE = 0.8;

  /** How much of itself a memory may seem to grow in an hour; a leak is told from noise by this. */
  private static final double GROWTH = 0.1;

  /** A short run shows no slope. */
  private static final int MINUTES_FOR_A_SLOPE = 10;

  @TempDir private Path folder;

  private final List<SoakClientProcess> clients = new ArrayList<>();
  private Counts dead = Counts.NONE;
  private int kills;
  private Path pool;
  private int port;
  private ServerProcess server;

  @Test
  void halfAnHourLosesNothingChangesNoBitAndHoldsNoMore() throws Exception {
    assumeTrue(ResourceTrend.supported(), "this system has no /proc");
    int minutes = Integer.getInteger("ganglion.soak.minutes", 30);
    TestArtifacts artifact = TestArtifacts.of(MODEL).precision(Precision.BF16);
    List<Path> models =
        List.of(
            artifact.seed(1).write(folder.resolve("a")),
            artifact.seed(2).write(folder.resolve("b")));
    pool = folder.resolve("pool");
    SoakPool.of(models).write(pool);
    Path versions = Files.createDirectory(folder.resolve("versions"));
    Files.createSymbolicLink(versions.resolve("1"), models.get(0));
    try (ServerProcess started =
        new ServerProcess(
            asShipped(),
            versions,
            "--version-interval",
            "1s",
            "--parallel",
            "1",
            "--metrics-port",
            "0")) {
      server = started;
      port = server.port();
      double capacity = capacity();
      ResourceTrend trend = new ResourceTrend(server.process.pid());
      restartAll(SHARE * capacity / CLIENTS);
      for (int minute = 1; minute <= minutes; minute++) {
        long before = total().right();
        run(SHARE * capacity / CLIENTS, MINUTE);
        jcmd("GC.run"); // at this load a minute may pass without a collection
        trend.heap(heap());
        if (minute == minutes / ResourceTrend.SKIPPED_SHARE) {
          jcmd("VM.native_memory", "baseline");
        }
        System.out.printf(
            Locale.ROOT,
            "minute %d: %d answers, %d kills,%s%n",
            minute,
            total().right() - before,
            kills,
            trend.minute());
        Path next = versions.resolve("" + (minute + 1));
        Files.createSymbolicLink(next, models.get(minute % models.size()));
        Files.deleteIfExists(versions.resolve("" + (minute - 1)));
      }
      List<SoakClientProcess> last = List.copyOf(clients);
      clients.clear();
      for (SoakClientProcess client : last) {
        Counts counts = client.finish();
        assertThat(counts.right()).as("each is answered").isEqualTo(counts.sent());
        dead = dead.plus(counts);
      }
      System.out.println(jcmd("VM.native_memory", "summary.diff"));
      verdict(trend, minutes, capacity);
    } finally {
      for (SoakClientProcess client : clients) {
        client.kill();
      }
    }
  }

  /** With clients that are killed as well, since each start of one takes from the machine. */
  private double capacity() throws Exception {
    restartAll(0);
    run(0, MEASURED_SECONDS / 2);
    long before = total().right();
    long start = System.nanoTime();
    run(0, MEASURED_SECONDS);
    double seconds = (System.nanoTime() - start) / 1e9;
    double capacity = (total().right() - before) / seconds;
    System.out.printf(Locale.ROOT, "capacity %.0f/s%n", capacity);
    return capacity;
  }

  private Counts total() {
    Counts total = dead;
    for (SoakClientProcess client : clients) {
      total = total.plus(client.counts());
    }
    return total;
  }

  private void restartAll(double rate) throws IOException, InterruptedException {
    for (SoakClientProcess client : List.copyOf(clients)) {
      dead = dead.plus(client.kill());
    }
    clients.clear();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new SoakClientProcess(port, pool, rate));
    }
  }

  /** The flags that the server has by itself, and what tells who holds its native memory. */
  private static List<String> asShipped() {
    List<String> flags = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
    flags.addAll(List.of(System.getProperty("ganglion.server.jvmFlags").split(" ")));
    flags.add("-XX:NativeMemoryTracking=summary");
    return flags;
  }

  private String jcmd(String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    words.add("" + server.process.pid());
    words.addAll(List.of(command));
    Process jcmd = new ProcessBuilder(words).redirectErrorStream(true).start();
    return new String(jcmd.getInputStream().readAllBytes(), UTF_8);
  }

  private double heap() {
    return Scrape.value(Scrape.of(server.metricsUrl()), "jvm_memory_used_bytes{area=\"heap\"}");
  }

  /** Kills and starts one client in turn each ten seconds. */
  private void run(double rate, int seconds) throws IOException, InterruptedException {
    for (int second = 1; second <= seconds; second++) {
      Thread.sleep(Duration.ofSeconds(1).toMillis()); // the plan, not a wait for something
      if (second % BETWEEN_KILLS_SECONDS == 0) {
        SoakClientProcess victim = clients.remove(0);
        dead = dead.plus(victim.kill());
        clients.add(new SoakClientProcess(port, pool, rate));
        kills++;
      }
    }
  }

  private void verdict(ResourceTrend trend, int minutes, double capacity) {
    for (Kind kind : Kind.values()) {
      System.out.printf(
          Locale.ROOT,
          "%s: mean %.1f, slope %+.2f an hour%n",
          kind,
          trend.mean(kind),
          trend.slopeOfAnHour(kind));
    }
    long swaps = server.count("version_swapped");
    System.out.printf(
        Locale.ROOT,
        "%d minutes at %.0f/s: %d right, %d wrong, %d failed; %d kills, %d swaps%n",
        minutes,
        SHARE * capacity,
        dead.right(),
        dead.wrong(),
        dead.failed(),
        kills,
        swaps);
    assertThat(dead.wrong()).isZero();
    assertThat(dead.failed()).isZero();
    assertThat(swaps).isGreaterThanOrEqualTo(minutes - 1);
    if (minutes >= MINUTES_FOR_A_SLOPE) {
      for (Kind kind : Kind.values()) {
        assertThat(trend.slopeOfAnHour(kind))
            .as("%s in an hour", kind)
            .isLessThan(Math.max(1, GROWTH * trend.mean(kind)));
      }
    }
  }
}
