package io.ganglion.client.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.GanglionClient;
import io.ganglion.client.testing.FakeGanglion;
import io.ganglion.client.testing.FakeReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MicrometerObserverTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double attempts(String attempt) {
    return registry.get("ganglion.client.attempts").tag("attempt", attempt).counter().count();
  }

  private long requests(String outcome) {
    return registry.get("ganglion.client.requests").tag("outcome", outcome).timer().count();
  }

  private double inFlight() {
    return registry.get("ganglion.client.in.flight").gauge().value();
  }

  @Test
  void eachRequestIsCountedOnceAndEachAttemptByItsKind() {
    FakeGanglion.Script script =
        (pair, times) ->
            switch (pair.textA()) {
              case "wrong" -> FakeReply.invalid("wrong");
              case "silence" -> FakeReply.never();
              default -> times == 1 ? FakeReply.unavailable() : FakeReply.label("yes");
            };
    try (FakeGanglion fake = FakeGanglion.start(List.of("no", "yes"), script);
        GanglionClient client =
            fake.clientBuilder().observer(new MicrometerObserver(registry)).build()) {
      client.classify("good", "b").join();
      client.classify("wrong", "b").handle((answer, thrown) -> answer).join();
      CompletableFuture<?> silent = client.classify("silence", "b");
      assertThat(inFlight()).isEqualTo(1);
      silent.cancel(false);
      assertThat(inFlight()).isZero();
      assertThat(attempts("first")).isEqualTo(3);
      assertThat(attempts("retry")).isEqualTo(1);
      assertThat(attempts("hedge")).isZero();
      assertThat(requests("OK")).isEqualTo(1);
      assertThat(requests("INVALID_ARGUMENT")).isEqualTo(1);
      assertThat(requests("CANCELLED")).isEqualTo(1);
    }
  }
}
