package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final long US = 1_000;
  private static final long MS = Requests.MS;
  private static final int BATCH = 8;

  /** A batch costs 100 us, plus this for each token. */
  private static CostModel costs(long perTokenNs) {
    CostModel costs = new CostModel();
    for (int i = 0; i < 200; i++) {
      int tokens = 50 + 10 * (i % 30);
      costs.learn(tokens, 100 * US + tokens * perTokenNs, i);
    }
    return costs;
  }

  private static RequestQueue.Batch batch(int requests, int tokensEach) {
    List<PendingRequest> members =
        IntStream.range(0, requests)
            .mapToObj(
                i ->
                    Requests.request(
                        tokensEach, i, 0, PendingRequest.NO_DEADLINE, new CompletableFuture<>()))
            .toList();
    return new RequestQueue.Batch(members, List.of(), false);
  }

  private static HandOver waking(long wakeNs, CostModel costs) {
    HandOver handOver = new HandOver(costs);
    for (int i = 0; i < 200; i++) {
      handOver.signalled(0);
      handOver.woke(wakeNs);
    }
    assertThat(handOver.wakeNs()).isBetween(wakeNs - US, wakeNs + US);
    return handOver;
  }

  @Test
  void aParkedCoreIsWokenWhereNoneRuns() {
    assertThat(waking(50 * US, costs(US)).pays(1, BATCH, 0)).isTrue();
  }

  @Test
  void aRunningCoreThatEndsSoonerThanAnotherStartsIsLeftAlone() {
    HandOver handOver = waking(50 * US, costs(US));
    handOver.began(batch(1, 100), 0); // ends after 200 us
    assertThat(handOver.pays(1, BATCH, 50 * US)).isTrue();
    assertThat(handOver.pays(1, BATCH, 110 * US)).isFalse();
  }

  @Test
  void aLargeModelUsesEveryCore() {
    HandOver handOver = waking(50 * US, costs(1_000 * US));
    for (int core = 0; core < 15; core++) {
      handOver.began(batch(4, 54), core * MS);
    }
    assertThat(handOver.pays(1, BATCH, 16 * MS)).isTrue();
  }

  @Test
  void moreThanTheRunningCoresCanHoldWakesAnother() {
    HandOver handOver = waking(50 * US, costs(US));
    handOver.began(batch(1, 100), 0);
    assertThat(handOver.pays(BATCH, BATCH, 190 * US)).isFalse();
    assertThat(handOver.pays(BATCH + 1, BATCH, 190 * US)).isTrue();
  }

  @Test
  void aBatchThatTakesTwiceItsTimeIsNotCountedOn() {
    HandOver handOver = waking(50 * US, costs(US));
    handOver.began(batch(1, 100), 0);
    assertThat(handOver.pays(1, BATCH, 390 * US)).isFalse();
    assertThat(handOver.pays(1, BATCH, 410 * US)).isTrue();
  }

  @Test
  void aBatchThatEndedIsNotCountedOn() {
    HandOver handOver = waking(50 * US, costs(US));
    RequestQueue.Batch batch = batch(1, 100);
    handOver.began(batch, 0);
    handOver.ended(batch);
    handOver.ended(batch);
    assertThat(handOver.pays(1, BATCH, 190 * US)).isTrue();
  }

  @Test
  void sharesAreWorthAWakeUpEach() {
    HandOver tiny = waking(50 * US, costs(US));
    assertThat(tiny.shares(54, 16)).isEqualTo(1);
    assertThat(tiny.shares(216, 16)).isBetween(3, 4);
    assertThat(waking(50 * US, costs(1_000 * US)).shares(54, 16)).isEqualTo(16);
    assertThat(new HandOver(new CostModel()).shares(54, 16)).isEqualTo(16);
  }

  @Test
  void whatNoRunningCoreTookIsToldOnce() {
    HandOver handOver = waking(50 * US, costs(US));
    assertThat(handOver.rely(0)).isTrue();
    assertThat(handOver.rely(1)).isFalse();
    long endsNs = handOver.relianceEndsNs();
    assertThat(handOver.failed(1, endsNs - 1)).isFalse();
    assertThat(handOver.failed(1, endsNs)).isTrue();
  }

  @Test
  void nothingIsLookedAfterOnceCoresTakeWhatWasLeft() {
    HandOver handOver = waking(50 * US, costs(US));
    handOver.rely(0);
    handOver.began(batch(1, 100), 1);
    assertThat(handOver.failed(1, handOver.relianceEndsNs())).isFalse();
    assertThat(handOver.relianceEndsNs()).isEqualTo(Long.MAX_VALUE);
  }
}
