package io.ganglion.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void eitherWayAllThreadsAreSpent() {
    for (Layout layout : Layout.values()) {
      assertThat(layout.workers(6) * layout.threadsPerBatch(6)).isEqualTo(6);
    }
    assertThat(Layout.TOGETHER.workers(6)).isEqualTo(1);
    assertThat(Layout.APART.workers(6)).isEqualTo(6);
  }
}
