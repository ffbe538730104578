package com.example.shop;

import io.ganglion.client.GanglionClient;
import io.ganglion.client.GanglionClientBuilder;
import io.ganglion.client.testing.FakeGanglion;
import io.ganglion.client.testing.FakeReply;
import java.time.Duration;
import java.util.List;

/** Asks a server in memory, and one over a socket that is not there. */
public final class Shop {
  private Shop() {}

  public static void main(String[] args) {
    if (!GanglionClient.class.getModule().isNamed()) {
      throw new AssertionError("the client is not on the module path");
    }
    try (FakeGanglion fake =
            FakeGanglion.start(List.of("no", "yes"), (pair, times) -> FakeReply.label("yes"));
        GanglionClient client = fake.client()) {
      System.out.println("fake: " + client.blocking().classify("a", "b").label());
    }
    GanglionClientBuilder builder =
        GanglionClient.builder().target("localhost:1").deadline(Duration.ofSeconds(2));
    try (GanglionClient client = builder.build()) {
      client.blocking().classify("a", "b");
    } catch (RuntimeException e) {
      System.out.println("socket: " + e.getClass().getSimpleName());
    }
  }
}
