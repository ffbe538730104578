package io.ganglion.engine.batch;

import static io.ganglion.engine.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {
  private static final List<Integer> BUCKETS = List.of(32, 64, 128);

  private static BatchPolicy policy(int requests, long maxDelayNs, List<Integer> buckets) {
    return new BatchPolicy(
        new BatchLimits(requests, 10_000, 2 * requests, maxDelayNs, 1_000 * MS, buckets));
  }

  private static List<Integer> cut(BatchPolicy policy, int... lengths) {
    RequestQueue queue =
        new RequestQueue(100, 100, false, policy, new CostModel(), new ManualClock());
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
    BatchPolicy.Room room = new BatchPolicy.Room(4, 10_000);
    assertThat(policy(4, 0, List.of()).decide(1, 10, room, 0, 1, false, 0))
        .isEqualTo(BatchPolicy.Decision.cut(new BatchPolicy.Room(1, 10_000)));
    assertThat(policy(4, 5 * MS, List.of()).decide(1, 10, room, 2 * MS, 1, false, 3 * MS))
        .isEqualTo(BatchPolicy.Decision.waitUntil(7 * MS));
    assertThat(policy(4, 5 * MS, List.of()).decide(4, 10, room, 2 * MS, 1, false, 3 * MS))
        .isEqualTo(BatchPolicy.Decision.cut(room));
  }

  @Test
  void freeCoresShareWhatWaits() {
    BatchPolicy.Room room = new BatchPolicy.Room(8, 10_000);
    assertThat(policy(8, 0, List.of()).decide(6, 60, room, 0, 2, false, 0))
        .isEqualTo(BatchPolicy.Decision.cut(new BatchPolicy.Room(3, 10_000)));
  }

  @Test
  void aBatchThatIsOverInAMomentMayBeLarger() {
    BatchPolicy policy = policy(4, 0, List.of());
    assertThat(policy.room(20, 1_000, 0)).as("nothing known").isEqualTo(room(4, 10_000));
    assertThat(policy.room(20, 1_000, 100)).as("two take a moment").isEqualTo(room(4, 10_000));
    assertThat(policy.room(20, 1_000, 300)).as("six take a moment").isEqualTo(room(6, 10_000));
    assertThat(policy.room(20, 1_000, 50_000)).as("the core's limit").isEqualTo(room(8, 50_000));
  }

  private static BatchPolicy.Room room(int requests, long tokens) {
    return new BatchPolicy.Room(requests, tokens);
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
    RequestQueue queue =
        new RequestQueue(
            100, 100, false, policy(2, 0, BUCKETS), new CostModel(), new ManualClock());
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
    BatchPolicy policy = new BatchPolicy(new BatchLimits(8, 100, 8, 0, 1_000 * MS, List.of()));
    assertThat(cut(policy, 60, 30, 20)).containsExactly(60, 30);
    assertThat(cut(policy, 500, 3)).containsExactly(500); // alone, because it must run at some time
  }
}
