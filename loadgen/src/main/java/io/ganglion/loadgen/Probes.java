package io.ganglion.loadgen;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a server several times a second whether it lives, as an orchestrator does. */
final class Probes implements AutoCloseable {
  /** Orchestrators restart a server whose answer takes longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long BETWEEN_MILLIS = 250;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final HttpRequest question;
  private final Scheduler clock;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread = new Thread(this::ask, "probes");
  private volatile int asked;
  private volatile int answered;
  private volatile long slowestNs;

  Probes(InetSocketAddress port, Scheduler clock) {
    this.question =
        HttpRequest.newBuilder(
                URI.create("http://" + port.getHostString() + ":" + port.getPort() + "/healthz"))
            .timeout(PATIENCE)
            .build();
    this.clock = clock;
    thread.setDaemon(true);
    thread.start();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
  private void ask() {
    while (!Uninterruptibles.awaitUninterruptibly(over, BETWEEN_MILLIS, TimeUnit.MILLISECONDS)) {
      long start = clock.nowNs();
      asked++;
      try {
        int status = client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode();
        answered += status == 200 ? 1 : 0;
      } catch (IOException e) {
        // Not answered.
      } catch (InterruptedException e) {
        return;
      }
      slowestNs = Math.max(slowestNs, clock.nowNs() - start);
    }
  }

  boolean held() {
    return answered == asked;
  }

  String words() {
    return String.format(
        Locale.ROOT, "%d of %d probes answered, slowest %.0f ms", answered, asked, slowestNs / 1e6);
  }

  /** Returns when the last answer has come. */
  @Override
  public void close() {
    over.countDown();
    Uninterruptibles.joinUninterruptibly(thread);
  }
}
