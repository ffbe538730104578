package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {
  @Test
  void connectionsFitBesideWhatTheServerOpensItself() {
    assertThat(DescriptorBudget.connections(1024)).isEqualTo(1024 - DescriptorBudget.OWN);
    assertThat(DescriptorBudget.connections(64)).isZero();
    assertThat(DescriptorBudget.connections(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }
}
