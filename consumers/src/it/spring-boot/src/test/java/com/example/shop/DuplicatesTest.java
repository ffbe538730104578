package com.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ganglion.client.GanglionClient;
import io.ganglion.client.testing.FakeGanglion;
import io.ganglion.client.testing.FakeReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The client is Spring's; only the server behind it is a fake. Needs no native library. */
@SpringBootTest(properties = "ganglion.target=localhost:1")
class DuplicatesTest {
  @Autowired private Duplicates duplicates;
  @Autowired private List<HealthIndicator> health;

  @Test
  void aServiceAsksTheClientThatItWasGiven() {
    assertTrue(duplicates.same("Where is my parcel?", "Where is my parcel now?"));
    assertFalse(duplicates.same("Where is my parcel?", "How do I pay?"));
  }

  @Test
  void theActuatorReportsOnTheClient() {
    HealthIndicator ganglion =
        health.stream()
            .filter(one -> one.getClass().getName().startsWith("io.ganglion"))
            .findAny()
            .orElseThrow();
    assertEquals(Status.UP, ganglion.health().getStatus());
  }

  @TestConfiguration
  static class FakeServer {
    @Bean(destroyMethod = "close")
    FakeGanglion fakeGanglion() {
      return FakeGanglion.start(
          List.of("different", "same"),
          (pair, times) ->
              FakeReply.label(pair.textB().contains("parcel") ? "same" : "different"));
    }

    @Bean
    @Primary
    GanglionClient clientOfTheFake(FakeGanglion fake) {
      return fake.client();
    }
  }
}
