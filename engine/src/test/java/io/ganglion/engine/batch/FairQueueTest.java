package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final long MS = Requests.MS;
  private static final int LENGTH = 10;

  private final FairQueue queue = new FairQueue();
  private final Map<PendingRequest, Client> owners = new HashMap<>();
  private int nextId;

  private PendingRequest add(Client client, long urgency) {
    PendingRequest request =
        new PendingRequest(
            client,
            Requests.tokens(LENGTH, nextId++),
            0,
            PendingRequest.NO_DEADLINE,
            outcome -> {});
    request.urgency = urgency;
    owners.put(request, client);
    queue.add(request);
    return request;
  }

  private PendingRequest take() {
    PendingRequest next = queue.peek();
    assertThat(next).isNotNull();
    queue.remove(next);
    queue.charge(next);
    return next;
  }

  private static int mostOthersInARow(List<Client> taken, Client client) {
    int most = 0;
    int row = 0;
    for (Client each : taken) {
      row = each == client ? 0 : row + 1;
      most = Math.max(most, row);
    }
    return most;
  }

  @Test
  void oneClientIsServedByUrgencyAndThenInOrder() {
    Client client = new Client("a");
    PendingRequest late = add(client, 9);
    PendingRequest first = add(client, 5);
    PendingRequest second = add(client, 5);
    assertThat(List.of(take(), take(), take())).containsExactly(first, second, late);
    assertThat(queue.peek()).isNull();
  }

  @Test
  void aPoliteClientIsServedInTurnHoweverUrgentAFloodIs() {
    Client flood = new Client("a");
    Client polite = new Client("b");
    for (int i = 0; i < 1_000; i++) {
      add(flood, 0);
    }
    PendingRequest asked = add(polite, 1_000_000);
    assertThat(List.of(take(), take())).contains(asked);
  }

  @Test
  void twoWhoAlwaysWaitGetEqualTokens() {
    Client few = new Client("a");
    Client many = new Client("b");
    List<Client> taken = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      add(many, 0);
    }
    for (int i = 0; i < 100; i++) {
      add(few, 0); // always has one waiting
      taken.add(owners.get(take()));
    }
    assertThat(taken.stream().filter(client -> client == few).count()).isBetween(49L, 51L);
  }

  @Test
  void clientsThatLeaveAndComeBackGainNothing() {
    Client patient = new Client("a");
    List<Client> visitors = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      visitors.add(new Client("visitor " + i));
    }
    for (int i = 0; i < 500; i++) {
      add(patient, 0);
    }
    visitors.forEach(visitor -> add(visitor, 0));
    List<Client> taken = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Client served = owners.get(take());
      taken.add(served);
      if (served != patient) {
        add(served, 0); // it had one request, was empty, and sends another one
      }
    }
    assertThat(mostOthersInARow(taken, patient)).isLessThanOrEqualTo(2 * visitors.size());
  }

  @Test
  void manyConnectionsOfOneAddressShareWhatAnAddressIsDue() {
    Client polite = new Client("polite");
    List<Client> flood = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      flood.add(new Client("flood"));
    }
    List<Client> taken = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      add(flood.get(i % 20), 0);
    }
    for (int i = 0; i < 400; i++) {
      add(polite, 0);
      taken.add(owners.get(take()));
    }
    assertThat(taken.stream().filter(client -> client == polite).count()).isBetween(180L, 220L);
  }

  @Test
  void whoHoldsMoreThanItsShareLosesItsLastPlace() {
    Client flood = new Client("a");
    Client polite = new Client("b");
    add(flood, 1);
    PendingRequest last = add(flood, 7);
    add(flood, 3);
    assertThat(queue.displaceable(polite)).isSameAs(last);
    assertThat(queue.displaceable(flood)).isNull();
    add(polite, 1);
    add(polite, 1);
    assertThat(queue.displaceable(polite)).as("three against three").isNull();
  }

  @Test
  void whatGoesBeforeAClientIsItsOwnAndTheTurnsOfOthers() {
    Client flood = new Client("a");
    Client polite = new Client("b");
    for (int i = 0; i < 100; i++) {
      add(flood, 0);
    }
    assertThat(queue.tokensBefore(polite, 5, LENGTH)).isEqualTo(LENGTH);
    add(polite, 1);
    add(polite, 9); // less urgent than the next request
    assertThat(queue.tokensBefore(polite, 5, LENGTH)).isEqualTo(LENGTH + 2 * LENGTH);
    assertThat(queue.tokensBefore(flood, 5, LENGTH)).isEqualTo(100 * LENGTH + 2 * LENGTH);
  }

  /** Simulates one core with one request at a time, in virtual time. */
  @Test
  void aPoliteClientsWaitIsBoundedByItsShareWhateverOthersDo() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Client polite = new Client("polite");
      List<Client> floods = new ArrayList<>();
      int addresses = 1 + random.nextInt(4);
      for (int i = 0; i < 1 + random.nextInt(30); i++) {
        floods.add(new Client("flood " + i % addresses));
      }
      FairQueue shared = new FairQueue();
      PendingRequest asked = null;
      int waited = 0;
      for (int step = 0; step < 2_000; step++) {
        for (int burst = random.nextInt(5); burst > 0 && shared.size() < 1_000; burst--) {
          Client flood = floods.get(random.nextInt(floods.size()));
          shared.add(request(flood, 1 + random.nextInt(128), random.nextInt(100) * MS));
        }
        if (asked == null && random.nextInt(20) == 0) {
          asked = request(polite, 128, 1_000_000 * MS);
          shared.add(asked);
          waited = 0;
        }
        PendingRequest next = shared.peek();
        if (next != null) {
          shared.remove(next);
          shared.charge(next);
          waited += next.length();
          asked = next == asked ? null : asked;
        }
        // Each other address has a turn of 128 tokens, and one request is running.
        assertThat(asked == null ? 0 : waited)
            .as("seed %d, step %d, %d addresses", seed, step, addresses)
            .isLessThanOrEqualTo((addresses + 1) * 2 * 128);
      }
    }
  }

  private static PendingRequest request(Client client, int length, long urgency) {
    PendingRequest request =
        new PendingRequest(
            client, Requests.tokens(length, 0), 0, PendingRequest.NO_DEADLINE, outcome -> {});
    request.urgency = urgency;
    return request;
  }
}
