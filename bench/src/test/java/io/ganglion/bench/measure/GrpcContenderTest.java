package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrpcContenderTest {
  @Test
  void twoCoresAreKeptInWorkByOneConnection() {
    assertThat(GrpcContender.connections(2, 96)).isEqualTo(1);
  }

  @Test
  void moreInFlightThanAServerTakesOfOneStreamGoesOverSeveral() {
    assertThat(GrpcContender.connections(2, 224)).isEqualTo(1);
    assertThat(GrpcContender.connections(2, 225)).isEqualTo(2);
  }

  @Test
  void manyCoresHaveSeveralConnectionsEvenWithFewInFlight() {
    assertThat(GrpcContender.connections(16, 100)).isEqualTo(4);
    assertThat(GrpcContender.connections(5, 100)).isEqualTo(2);
  }
}
