package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that come and go, in virtual time. */
class ArrivalBudgetTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final int PROCESSORS = 2;
  private static final int FREE = 1_000;

  private long nowNs;
  private final ArrivalBudget budget = new ArrivalBudget(FREE, PROCESSORS, () -> nowNs);

  /** Whether it is let in; it then costs so much. */
  private boolean connect(Object address, long workNs) {
    ArrivalBudget.Arrival arrival = budget.arrive(address);
    if (arrival.admitted()) {
      arrival.spend(workNs);
    }
    return arrival.admitted();
  }

  /** How many are let in of those that come each {@code everyNs}. */
  private int churn(List<String> addresses, long everyNs, long workNs, long forNs) {
    int admitted = 0;
    for (long endNs = nowNs + forNs; nowNs < endNs; nowNs += everyNs) {
      for (String address : addresses) {
        admitted += connect(address, workNs) ? 1 : 0;
      }
    }
    return admitted;
  }

  @Test
  void allClientsOfAnAddressMayComeAtOnceHoweverDearTheyAre() {
    for (int client = 0; client < FREE; client++) {
      assertThat(connect("clients", 5 * MS)).as("client %d", client).isTrue();
    }
  }

  @Test
  void afterAMinuteTheyMayComeAgain() {
    for (int restart = 0; restart < 3; restart++) {
      assertThat(churn(List.of("clients"), MS / 100, 5 * MS, FREE * MS / 100)).isEqualTo(FREE);
      nowNs += ArrivalBudget.REFILL_NS;
    }
  }

  @Test
  void whoConnectsAgainAndAgainTakesASmallShare() {
    long seconds = 20;
    churn(List.of("attacker"), MS / 20, MS / 5, 5 * SECOND);
    int admitted = churn(List.of("attacker"), MS / 20, MS / 5, seconds * SECOND);
    double used = admitted * (MS / 5.0) / (seconds * SECOND);
    assertThat(used).isBetween(0.14, PROCESSORS * ArrivalBudget.SHARE_OF_ADDRESS + 0.01);
  }

  @Test
  void othersStillGetInMeanwhile() {
    churn(List.of("attacker"), MS / 20, MS / 5, 5 * SECOND);
    for (int client = 0; client < FREE / 2; client++) {
      churn(List.of("attacker"), MS / 20, MS / 5, MS);
      assertThat(connect("client", MS / 5)).as("client %d", client).isTrue();
    }
  }

  @Test
  void manyAddressesTakeASmallShareTogether() {
    List<String> attackers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      attackers.add("attacker " + i);
    }
    churn(attackers, MS, MS / 5, 10 * SECOND);
    int admitted = churn(attackers, MS, MS / 5, 10 * SECOND);
    double used = admitted * (MS / 5.0) / (10 * SECOND);
    assertThat(used).isLessThan(2 * PROCESSORS * ArrivalBudget.SHARE_OF_ADDRESS + 0.02);
  }

  @Test
  void debtIsForgottenBeforeLong() {
    budget.arrive("client").owe(100 * SECOND);
    churn(List.of("client"), MS / 100, MS, FREE * MS / 100);
    nowNs += 15 * SECOND;
    assertThat(churn(List.of("client"), MS, MS / 100, SECOND)).isEqualTo(1_000);
  }

  @Test
  void anAddressThatIsForgottenGainsNothingFromAll() {
    int admitted = 0;
    for (int i = 0; i < 100_000; i++) {
      admitted += connect("address " + i, 5 * MS) ? 1 : 0;
    }
    assertThat(admitted).as("all at once").isLessThan(2 * FREE + 100);
  }

  @Test
  void whoLeavesMuchWorkIsNotLetInForNothing() {
    double left = 0;
    for (long endNs = nowNs + 20 * SECOND; nowNs < endNs; nowNs += MS) {
      ArrivalBudget.Arrival arrival = budget.arrive("attacker");
      if (arrival.admitted()) {
        arrival.owe(80 * MS);
        left += 80 * MS;
      }
    }
    assertThat(left / (20 * SECOND)).isLessThan(0.6);
  }
}
