package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server in its own process at twice its capacity must answer as much as it can and refuse the
 * rest at once. Its capacity is measured just before and just after, by the same client as a closed
 * loop, because a machine that is shared is not as fast at all times.
 *
 * <p>Client and server share the machine, so sending and refusing reduce the goodput that is
 * asserted.
 */
@Tag("proof")
class OverloadTest {
  /** The layers and widths of the compiler's sample "mini". */
  private static final ModelDimensions MINI = new ModelDimensions(8_192, 128, 2, 256, 4, 4, 1_024);

  private static final int QUEUE = 1_024;
  private static final int STREAMS = 96;

  /** Warm-up of either loop: the JIT compilers work for most of a minute. */
  private static final int WARM_UP_SECONDS = 25;

  private static final int CAPACITY_SECONDS = 20;
  private static final int OVERLOAD_SECONDS = 60;

  private static final double LEAST_SHARE = 0.97;
  private static final double MOST_REFUSAL_MS = 5;

  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void atTwiceItsCapacityItServesItsCapacityAndRefusesTheRestAtOnce() throws Exception {
    Path model = TestArtifacts.of(MINI).precision(Precision.BF16).write(folder.resolve("mini"));
    try (ServerProcess server =
            new ServerProcess(
                model,
                "--metrics-port",
                "0",
                "--max-queue",
                "" + QUEUE,
                "--max-connection-requests",
                "" + 2 * QUEUE); // so that the queue refuses, not the quota
        OverloadClient client = new OverloadClient(server.port(), STREAMS)) {
      double guess = client.closedLoop(WARM_UP_SECONDS).goodput();
      client.openLoop(2 * guess, WARM_UP_SECONDS, () -> {});
      CpuUse closed = CpuUse.begin(server.process.toHandle());
      double capacity = client.closedLoop(CAPACITY_SECONDS).goodput();
      System.out.println("capacity: " + closed.shares());

      CpuUse use = CpuUse.begin(server.process.toHandle());
      Scrapes scrapes = new Scrapes(server.metricsUrl());
      OverloadClient.Result result =
          client.openLoop(2 * capacity, OVERLOAD_SECONDS, scrapes::scrape);
      System.out.println("overload: " + use.shares());
      double after = client.closedLoop(CAPACITY_SECONDS).goodput();
      double share = 2 * result.goodput() / (capacity + after);
      System.out.printf(
          Locale.ROOT,
          "capacity %.0f/s before, %.0f/s after; offered %.0f/s, goodput %.0f/s (%.3f of capacity);"
              + " %d sent, %d answered, %d refused, %d otherwise; refusals p50 %.2f ms, p99 %.2f"
              + " ms, max %.2f ms; queue at most %.0f; heap floor %.1f -> %.1f MiB%n",
          capacity,
          after,
          result.sent() / result.seconds(),
          result.goodput(),
          share,
          result.sent(),
          result.answered(),
          result.refused(),
          result.others(),
          result.refusalMs(50),
          result.refusalMs(99),
          result.refusalMs(100),
          Collections.max(scrapes.depths),
          scrapes.heapFloorMib(0),
          scrapes.heapFloorMib(2));
      assertThat(result.sent() / result.seconds()).isGreaterThan(1.95 * capacity);
      assertThat(result.answered() + result.refused()).isEqualTo(result.sent());
      assertThat(share).isGreaterThan(LEAST_SHARE);
      assertThat(result.refusalMs(99)).isLessThan(MOST_REFUSAL_MS);
      assertThat(scrapes.depths).allMatch(depth -> depth <= QUEUE);
      assertThat(scrapes.heapFloorMib(2)).isLessThan(scrapes.heapFloorMib(0) + 16);
    }
  }

  /** The server's metrics, second by second. */
  private static final class Scrapes {
    final List<Double> depths = new ArrayList<>();
    private final List<Double> heaps = new ArrayList<>();
    private final String url;

    Scrapes(String url) {
      this.url = url;
    }

    void scrape() {
      String metrics = Scrape.of(url);
      depths.add(Scrape.value(metrics, "ganglion_queue_depth_requests"));
      heaps.add(Scrape.value(metrics, "jvm_memory_used_bytes{area=\"heap\"}"));
    }

    /** The least memory in use in this third of the run, which is what a collection leaves. */
    double heapFloorMib(int third) {
      int size = heaps.size() / 3;
      return Collections.min(heaps.subList(third * size, (third + 1) * size)) / (1 << 20);
    }
  }
}
