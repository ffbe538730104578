package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.core.cpu.TurnLedger.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnLedgerTest {
  private static final long PATIENCE = 100;

  private static Turn taken(TurnLedger ledger, int share, long nowNs) {
    Turn turn = ledger.join(share);
    assertThat(ledger.take(turn, nowNs)).isTrue();
    return turn;
  }

  @Test
  void aTurnIsTakenInOrderAndOnlyWhereItsProcessorsAreFree() {
    TurnLedger ledger = new TurnLedger(2, PATIENCE);
    Turn one = taken(ledger, 1, 0);
    Turn both = ledger.join(2);
    Turn small = ledger.join(1);
    assertThat(ledger.take(both, 1)).isFalse();
    assertThat(ledger.take(small, 1)).as("before its turn").isFalse();
    ledger.end(one);
    assertThat(ledger.take(small, 2)).as("before its turn").isFalse();
    assertThat(ledger.take(both, 2)).isTrue();
    assertThat(ledger.take(small, 3)).isFalse();
    ledger.end(both);
    assertThat(ledger.take(small, 4)).isTrue();
    assertThat(ledger.free()).isOne();
  }

  @Test
  void aHolderThatHangsLosesItsTurnAndHasNoneToGiveBackWhenItReturns() {
    TurnLedger ledger = new TurnLedger(1, PATIENCE);
    Turn hanging = taken(ledger, 1, 0);
    Turn next = ledger.join(1);
    assertThat(ledger.take(next, PATIENCE - 1)).isFalse();
    assertThat(ledger.nsToStrikeOff(PATIENCE - 1)).isOne();
    assertThat(ledger.take(next, PATIENCE)).isTrue();
    ledger.end(hanging);
    assertThat(ledger.free()).as("the one processor is held").isZero();
    assertThat(ledger.take(ledger.join(1), PATIENCE + 1)).isFalse();
    ledger.end(next);
    assertThat(ledger.free()).as("there is one processor, and not two").isOne();
  }

  @Test
  void manyThatWaitForOneThatHangsGetItsOneTurnAmongThem() {
    TurnLedger ledger = new TurnLedger(1, PATIENCE);
    Turn hanging = taken(ledger, 1, 0);
    Turn first = ledger.join(1);
    Turn second = ledger.join(1);
    assertThat(ledger.take(first, PATIENCE)).isTrue();
    assertThat(ledger.take(second, PATIENCE)).isFalse();
    ledger.end(hanging);
    assertThat(ledger.take(second, PATIENCE)).isFalse();
    ledger.end(first);
    assertThat(ledger.take(second, PATIENCE)).isTrue();
  }

  @Test
  void whoLeavesTheLineGivesNothingBack() {
    TurnLedger ledger = new TurnLedger(1, PATIENCE);
    Turn holder = taken(ledger, 1, 0);
    Turn interrupted = ledger.join(1);
    Turn next = ledger.join(1);
    ledger.end(interrupted);
    assertThat(ledger.free()).isZero();
    assertThat(ledger.take(next, 1)).isFalse();
    ledger.end(interrupted); // once more, when its work is done
    ledger.end(holder);
    assertThat(ledger.take(next, 2)).isTrue();
    assertThat(ledger.free()).isZero();
  }

  @Test
  void howeverTurnsHangAndReturnProcessorsAreNeitherLostNorAdded() {
    long seed = 20_261_127;
    Random random = new Random(seed);
    TurnLedger ledger = new TurnLedger(3, PATIENCE);
    List<Turn> live = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(60);
      if (live.size() < 8 && random.nextBoolean()) {
        live.add(ledger.join(1 + random.nextInt(3)));
      } else if (!live.isEmpty()) {
        Turn turn = live.get(random.nextInt(live.size()));
        if (!ledger.take(turn, now)) {
          ledger.end(turn);
          live.remove(turn);
        }
      }
      assertThat(ledger.free()).as("seed %d, step %d", seed, step).isBetween(0, 3);
    }
    live.forEach(ledger::end);
    assertThat(ledger.free()).as("seed %d", seed).isEqualTo(3);
  }
}
