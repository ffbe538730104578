package io.ganglion.server.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.engine.thread.ThreadEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NetworkThreadsTest {
  private final Told told = new Told();

  private static final class Told implements ThreadEvents {
    final List<String> ended = new CopyOnWriteArrayList<>();
    final CountDownLatch end = new CountDownLatch(1);

    @Override
    public void onThreadFailure(String thread, Throwable failure) {}

    @Override
    public void onVitalThreadEnded(String thread) {
      ended.add(thread);
      end.countDown();
    }
  }

  @Test
  void aNetworkThreadThatEndsUnaskedIsToldAndOneThatMayIsNot() throws Exception {
    NetworkThreads threads = new NetworkThreads("network", told);
    threads.newThread(() -> {}).start();
    assertThat(told.end.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(told.ended).hasSize(1).allMatch(name -> name.startsWith("network"));
    threads.release();
    Thread released = threads.newThread(() -> {});
    released.start();
    released.join();
    assertThat(told.ended).hasSize(1);
  }
}
