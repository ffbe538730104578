package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.GanglionException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void aConnectionThatEndsAsACallBeginsMayBeTriedAgain() {
    Status local = Status.INTERNAL.withCause(new ClosedChannelException());
    assertThat(Errors.of(local, new Metadata(), true))
        .isInstanceOf(GanglionException.Unavailable.class)
        .satisfies(failure -> assertThat(failure.retryable()).isTrue());
  }

  @Test
  void aFaultOfTheServerIsNotTriedAgain() {
    assertThat(Errors.of(Status.INTERNAL.withDescription("a bug"), new Metadata(), true))
        .isInstanceOf(GanglionException.Internal.class);
  }
}
