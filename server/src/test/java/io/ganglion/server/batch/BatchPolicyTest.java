package io.ganglion.server.batch;

import static io.ganglion.server.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {
  private static final List<Integer> BUCKETS = List.of(32, 64, 128);

  private static BatchPolicy policy(int requests, long maxDelayNs, List<Integer> buckets) {
    return new BatchPolicy(new BatchLimits(requests, 10_000, maxDelayNs, 1_000 * MS, buckets));
  }

  private static List<Integer> cut(BatchPolicy policy, int... lengths) {
    RequestQueue queue = new RequestQueue(100, policy, new ManualClock());
    for (int i = 0; i < lengths.length; i++) {
      queue.offer(
          Requests.request(
              lengths[i], i, i, PendingRequest.NO_DEADLINE, new CompletableFuture<>()));
    }
    RequestQueue.Batch batch = queue.poll(0, 1);
    return batch == null ? List.of() : batch.requests().stream().map(r -> r.length()).toList();
  }

  @Test
  void aFreeCoreNeverWaitsUnlessItIsToldTo() {
    assertThat(policy(4, 0, List.of()).decide(1, 10, 0, 1, false, 0))
        .isEqualTo(BatchPolicy.Decision.cut(1));
    assertThat(policy(4, 5 * MS, List.of()).decide(1, 10, 2 * MS, 1, false, 3 * MS))
        .isEqualTo(BatchPolicy.Decision.waitUntil(7 * MS));
    assertThat(policy(4, 5 * MS, List.of()).decide(4, 10, 2 * MS, 1, false, 3 * MS))
        .isEqualTo(BatchPolicy.Decision.cut(4));
  }

  @Test
  void freeCoresShareWhatWaits() {
    assertThat(policy(8, 0, List.of()).decide(6, 60, 0, 2, false, 0))
        .isEqualTo(BatchPolicy.Decision.cut(3));
  }

  @Test
  void aFixedShapeCoreTakesTheSmallestCompiledLengthThatHoldsTheMostUrgent() {
    assertThat(cut(policy(3, 0, BUCKETS), 30, 100, 20, 60, 10)).containsExactly(30, 20, 10);
    assertThat(cut(policy(3, 0, BUCKETS), 60, 100, 20, 65, 10)).containsExactly(60, 20, 10);
    assertThat(cut(policy(3, 0, BUCKETS), 128, 100, 20, 60)).containsExactly(128, 100, 20);
  }

  @Test
  void aFixedShapeCoreRunsAllThatWaitsTogetherWhereOneBatchHoldsIt() {
    assertThat(cut(policy(3, 0, BUCKETS), 30, 100, 20)).containsExactly(30, 100, 20);
  }

  @Test
  void aLongRequestThatWasPassedOverGoesFirstWhenItIsTheMostUrgent() {
    RequestQueue queue = new RequestQueue(100, policy(2, 0, BUCKETS), new ManualClock());
    int[] lengths = {30, 100, 20, 10, 11};
    for (int i = 0; i < lengths.length; i++) {
      queue.offer(
          Requests.request(
              lengths[i], i, i, PendingRequest.NO_DEADLINE, new CompletableFuture<>()));
    }
    assertThat(queue.poll(0, 1).requests()).extracting(r -> r.length()).containsExactly(30, 20);
    assertThat(queue.poll(0, 1).requests()).extracting(r -> r.length()).containsExactly(100, 10);
  }

  @Test
  void aCoreForAnyLengthsTakesThemInOrder() {
    assertThat(cut(policy(3, 0, List.of()), 30, 100, 20, 60)).containsExactly(30, 100, 20);
  }

  @Test
  void aBatchEndsBeforeItsTokenBound() {
    BatchPolicy policy = new BatchPolicy(new BatchLimits(8, 100, 0, 1_000 * MS, List.of()));
    assertThat(cut(policy, 60, 30, 20)).containsExactly(60, 30);
    assertThat(cut(policy, 500, 3)).containsExactly(500); // alone, for it must go some time
  }
}
