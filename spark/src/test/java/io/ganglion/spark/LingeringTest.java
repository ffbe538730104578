package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.TextModel;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LingeringTest {
  private static final Path ARTIFACT = Path.of("model");
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

  /** A model that can only be closed. */
  private TextModel model(String name) {
    return (TextModel)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {TextModel.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> {
                    closed.add(name);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void theHoldOfALaterTaskTakesThePlaceOfTheEarlierOne() {
    Lingering lingering = new Lingering(Duration.ofHours(1));
    lingering.keep(ARTIFACT, model("first"));
    lingering.keep(Path.of("other"), model("other"));
    assertThat(closed).isEmpty();
    lingering.keep(ARTIFACT, model("second"));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void aHoldEndsAfterItsTime() throws Exception {
    new Lingering(Duration.ofMillis(1)).keep(ARTIFACT, model("only"));
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("only");
  }
}
