package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.server.grpc.ConnectionYield;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that are read whenever they owe nothing, in virtual time. */
class WorkAccountTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private long nowNs;
  private final WasteBudget budget = new WasteBudget(2, () -> nowNs);
  private final ArrivalBudget arrivals = new ArrivalBudget(1_000, 2, () -> nowNs);

  /** A client that always has something to send: {@code workNs} of work for one read. */
  private final class Client {
    final ConnectionYield yield = new ConnectionYield();
    final WorkAccount account;
    final long workNs;
    final int requests;
    final int answered;
    long usedNs;
    long readAtNs = nowNs;

    /**
     * @param requests how many a read brings
     * @param answered how many of them end well
     */
    Client(long workNs, int requests, int answered) {
      this(arrivals.arrive("client"), workNs, requests, answered);
    }

    Client(ArrivalBudget.Arrival arrival, long workNs, int requests, int answered) {
      this.account = new WorkAccount(budget, arrival, yield, nowNs);
      this.workNs = workNs;
      this.requests = requests;
      this.answered = answered;
    }

    void read() {
      yield.asked(requests);
      long owedNs = account.spend(workNs, nowNs);
      usedNs += workNs;
      for (int i = 0; i < answered; i++) {
        yield.yielded();
      }
      owedNs = answered > 0 ? account.owedNs(nowNs) : owedNs;
      readAtNs = nowNs + Math.max(workNs, owedNs);
    }
  }

  private void run(List<Client> clients, long forNs) {
    long endNs = nowNs + forNs;
    while (true) {
      Client next = clients.get(0);
      for (Client client : clients) {
        next = client.readAtNs < next.readAtNs ? client : next;
      }
      if (next.readAtNs >= endNs) {
        nowNs = endNs;
        return;
      }
      nowNs = next.readAtNs;
      if (next.account.owedNs(nowNs) > 0) {
        next.readAtNs = nowNs + next.account.owedNs(nowNs);
      } else {
        next.read();
      }
    }
  }

  private double share(Client client, long ofNs) {
    return (double) client.usedNs / ofNs;
  }

  @Test
  void aClientWhoseRequestsAreAnsweredIsNeverPaused() {
    Client client = new Client(3 * MS, 100, 100);
    run(List.of(client), 60 * SECOND);
    assertThat(share(client, 60 * SECOND)).isGreaterThan(0.999);
  }

  @Test
  void aBurstThatWaitsForItsAnswersIsNotPaused() {
    Client client = new Client(MS, 50, 0);
    for (int read = 0; read < 20; read++) {
      client.read();
      assertThat(client.account.owedNs(nowNs)).as("read %d", read).isZero();
      nowNs += MS;
    }
    for (int i = 0; i < 20 * 50; i++) {
      client.yield.yielded();
    }
    client.account.owedNs(nowNs);
    client.usedNs = 0;
    run(List.of(client), SECOND / 100);
    assertThat(share(client, SECOND / 100)).as("after its answers").isGreaterThan(0.9);
  }

  @Test
  void whatComesToNothingHasASmallShareWhateverItIs() {
    for (int requests : new int[] {1, 100}) {
      Client client = new Client(3 * MS, requests, 0);
      run(List.of(client), 8 * SECOND);
      assertThat(share(client, 8 * SECOND)).isLessThan(WasteBudget.SHARE + 0.01);
    }
  }

  @Test
  void aThirdThatIsAnsweredPaysForAThird() {
    Client client = new Client(3 * MS, 99, 33);
    run(List.of(client), 60 * SECOND);
    assertThat(share(client, 60 * SECOND)).isBetween(0.20, 1.5 * WasteBudget.SHARE + 0.02);
  }

  @Test
  void manyConnectionsShareWhatAllMayWaste() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clients.add(new Client(MS, 30, 0));
    }
    run(clients, 5 * SECOND); // the first bursts
    clients.forEach(client -> client.usedNs = 0);
    run(clients, 20 * SECOND);
    double all = clients.stream().mapToDouble(client -> share(client, 20 * SECOND)).sum();
    assertThat(all).isLessThan(2 * WasteBudget.SHARE + 0.03);
    Client honest = new Client(MS, 30, 30);
    run(List.of(honest), SECOND);
    assertThat(share(honest, SECOND)).isGreaterThan(0.9);
  }

  @Test
  void whoConnectsAgainAndAgainIsRefusedBeforeLong() {
    double used = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      ArrivalBudget.Arrival arrival = arrivals.arrive("attacker");
      if (arrival.admitted()) {
        Client client = new Client(arrival, 5 * MS, 100, 0);
        client.read();
        used += client.usedNs;
        client.account.close(nowNs);
      } else {
        refused++;
      }
      nowNs += 10 * MS;
    }
    assertThat(refused).isPositive();
    assertThat(used / (200 * SECOND)).isLessThan(2 * WasteBudget.SHARE);
  }

  @Test
  void aConnectionThatIsAnsweredAndLeavesCostsItsAddressNothing() {
    for (int i = 0; i < 20_000; i++) {
      ArrivalBudget.Arrival arrival = arrivals.arrive("client");
      assertThat(arrival.admitted()).isTrue();
      ConnectionYield yield = new ConnectionYield();
      WorkAccount account = new WorkAccount(budget, arrival, yield, nowNs);
      yield.asked(2);
      account.spend(5 * MS, nowNs);
      yield.yielded();
      yield.yielded();
      account.close(nowNs);
      nowNs += 6 * MS;
    }
  }

  @Test
  void oneThatGetsNothingForLongIsHopelessAndOneThatGetsALittleIsNot() {
    Client bomber = new Client(3 * MS, 1, 0);
    Client refused = new Client(3 * MS, 100, 1);
    run(List.of(bomber, refused), WorkAccount.PATIENCE_NS);
    assertThat(bomber.account.isHopeless(nowNs)).isFalse();
    run(List.of(bomber, refused), SECOND);
    assertThat(bomber.account.isHopeless(nowNs)).isTrue();
    assertThat(refused.account.isHopeless(nowNs)).isFalse();
  }

  @Test
  void aHandshakeIsNotCharged() {
    ArrivalBudget.Arrival arrival = arrivals.arrive("client");
    WorkAccount account = new WorkAccount(budget, arrival, new ConnectionYield(), nowNs);
    assertThat(account.spend(400 * MS, nowNs)).isZero();
  }

  @Test
  void whatIsFarMoreThanAHandshakeIsChargedBeforeTheFirstCallToo() {
    ArrivalBudget.Arrival arrival = arrivals.arrive("client");
    WorkAccount account = new WorkAccount(budget, arrival, new ConnectionYield(), nowNs);
    for (int record = 0; record < 60; record++) {
      var unused = account.spend(10 * MS, nowNs);
    }
    assertThat(account.owedNs(nowNs)).isPositive();
  }
}
