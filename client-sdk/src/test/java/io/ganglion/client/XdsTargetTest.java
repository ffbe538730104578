package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.Conditions;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tests run in order, because grpc-xds reads its bootstrap file only once. */
@Timeout(60)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class XdsTargetTest {
  private static final String BOOTSTRAP = "io.grpc.xds.bootstrap";

  @TempDir static Path dir;

  @BeforeAll
  static void nameTheBootstrapFile() {
    System.setProperty(BOOTSTRAP, dir.resolve("bootstrap.json").toString());
  }

  @AfterAll
  static void forgetIt() {
    System.clearProperty(BOOTSTRAP);
  }

  @Test
  @Order(1)
  void withoutItsResolverTheMissingLibraryIsNamed() {
    NameResolverRegistry registry = NameResolverRegistry.getDefaultRegistry();
    NameResolverProvider xds = registry.getProviderForScheme("xds");
    registry.deregister(xds);
    try {
      assertThatThrownBy(() -> GanglionClient.builder().target("xds:///service").build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("xds:///service")
          .hasMessageContaining("add io.grpc:grpc-xds to the class path");
    } finally {
      registry.register(xds);
    }
  }

  @Test
  @Order(2)
  void withoutABootstrapFileTheFailureSaysSo() {
    try (GanglionClient client = GanglionClient.builder().target("xds:///service").build()) {
      assertThat(client.classify(new TextPair("a", "b"), Duration.ofMillis(300)))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(GanglionException.Unavailable.class)
          .withMessageContaining("bootstrap");
    }
  }

  @Test
  @Order(3)
  void callsAndStreamsGoToTheServersThatTheControlPlaneNames() throws Exception {
    try (ScriptedServer one = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER);
        AdsServer controlPlane = new AdsServer()) {
      controlPlane.set(List.of("127.0.0.1:" + one.port(), "127.0.0.1:" + two.port()));
      Files.writeString(dir.resolve("bootstrap.json"), controlPlane.bootstrap());
      try (GanglionClient client = GanglionClient.builder().target("xds:///service").build()) {
        Conditions.await(
            () -> {
              assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
              return one.received.get() > 0 && two.received.get() > 0;
            });
        try (ClassificationStream stream = client.openStream()) {
          CompletableFuture<Classification> answer = stream.send(new TextPair("abc", "d"));
          assertThat(answer.join().inputTokens()).isEqualTo(4);
        }
      }
    }
  }
}
