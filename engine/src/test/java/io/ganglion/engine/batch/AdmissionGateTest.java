package io.ganglion.engine.batch;

import static io.ganglion.engine.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionGateTest {
  private static final long NOW = 1_000 * MS;
  private final AdmissionGate gate = new AdmissionGate(new AdmissionLimits(10, 100 * MS));

  private Outcome decide(int depth, long waitNs, long serviceNs, long deadlineNs, long aheadNs) {
    return gate.decide(depth >= 10, waitNs, serviceNs, NOW, deadlineNs, () -> aheadNs);
  }

  @Test
  void anEmptyQueueAdmits() {
    assertThat(decide(0, 0, MS, PendingRequest.NO_DEADLINE, 0)).isNull();
  }

  @Test
  void aFullQueueRefuses() {
    assertThat(decide(10, MS, MS, PendingRequest.NO_DEADLINE, 0))
        .isInstanceOfSatisfying(
            Outcome.Overloaded.class,
            o -> assertThat(o.reason()).isEqualTo(Outcome.Refusal.QUEUE_FULL));
  }

  @Test
  void aLongPredictedWaitRefusesForAsLongAsItIsTooLong() {
    assertThat(decide(5, 190 * MS, MS, PendingRequest.NO_DEADLINE, 150 * MS))
        .isInstanceOfSatisfying(
            Outcome.Overloaded.class,
            o -> {
              assertThat(o.reason()).isEqualTo(Outcome.Refusal.QUEUE_TIME);
              assertThat(o.retryAfterNs()).isEqualTo(50 * MS);
            });
  }

  @Test
  void aClientWhoseTurnComesSoonIsLetInThoughOthersWaitLong() {
    assertThat(decide(5, 190 * MS, MS, PendingRequest.NO_DEADLINE, 5 * MS)).isNull();
  }

  @Test
  void aDeadlineBelowTheServiceTimeCannotBeMet() {
    assertThat(decide(0, 0, 20 * MS, NOW + 10 * MS, 0)).isInstanceOf(Outcome.Expired.class);
    assertThat(decide(0, 0, 0, NOW - MS, 0)).isInstanceOf(Outcome.Expired.class);
  }

  @Test
  void aDeadlineIsWeighedAgainstThoseThatGoFirstOnly() {
    assertThat(decide(5, 50 * MS, MS, NOW + 20 * MS, 5 * MS)).isNull();
    assertThat(decide(5, 50 * MS, MS, NOW + 20 * MS, 40 * MS))
        .isInstanceOfSatisfying(
            Outcome.Overloaded.class,
            o -> assertThat(o.reason()).isEqualTo(Outcome.Refusal.DEADLINE));
  }

  @Test
  void aDeadlineThatCannotBeMetIsSeenBeforeTheRequestIsLookedAt() {
    assertThat(gate.overload(false, 50 * MS, 20 * MS, () -> 40 * MS))
        .isInstanceOfSatisfying(
            Outcome.Overloaded.class,
            o -> {
              assertThat(o.reason()).isEqualTo(Outcome.Refusal.DEADLINE);
              assertThat(o.retryAfterNs()).isEqualTo(20 * MS);
            });
    assertThat(gate.overload(false, 50 * MS, 20 * MS, () -> 5 * MS)).isNull();
    assertThat(gate.overload(false, 50 * MS, PendingRequest.NO_DEADLINE, () -> 50 * MS)).isNull();
  }

  @Test
  void theQueueIsNotWalkedForARequestThatCouldWaitForAllOfIt() {
    assertThat(
            gate.overload(
                false,
                50 * MS,
                60 * MS,
                () -> {
                  throw new AssertionError("walked");
                }))
        .isNull();
  }
}
