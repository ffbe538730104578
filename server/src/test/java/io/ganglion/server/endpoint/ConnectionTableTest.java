package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(100 * SECOND_NS);
  private final ConnectionTable table = new ConnectionTable(4, 3, now::get);

  private static final class Client implements ConnectionTable.Connection {
    final String address;
    long lastAskedNs;
    boolean asks;

    Client(String address, long lastAskedNs) {
      this.address = address;
      this.lastAskedNs = lastAskedNs;
    }

    @Override
    public Object address() {
      return address;
    }

    @Override
    public long lastAskedNs() {
      return lastAskedNs;
    }

    @Override
    public boolean asks() {
      return asks;
    }
  }

  private Client client(String address) {
    now.addAndGet(SECOND_NS);
    return new Client(address, now.get());
  }

  private Client admitted(String address) {
    Client client = client(address);
    ConnectionTable.Verdict verdict = table.admit(client);
    assertThat(verdict.admitted()).isTrue();
    assertThat(verdict.leaves()).isEmpty();
    return client;
  }

  @Test
  void anAddressThatHasAllItMayLosesItsLongestIdle() {
    Client first = admitted("a");
    Client second = admitted("a");
    admitted("a");
    first.lastAskedNs = now.get(); // it has asked something since
    now.addAndGet(SECOND_NS);
    ConnectionTable.Verdict verdict = table.admit(client("a"));
    assertThat(verdict.admitted()).isTrue();
    assertThat(verdict.leaves()).containsSame(second);
  }

  @Test
  void aFullTableMakesRoomAtTheAddressThatHasMost() {
    Client polite = admitted("polite");
    Client crowd = admitted("crowd");
    admitted("crowd");
    admitted("crowd");
    now.addAndGet(SECOND_NS);
    assertThat(table.admit(client("other")).leaves()).containsSame(crowd);
    assertThat(table.admit(client("other")).leaves()).isPresent().get().isNotSameAs(polite);
  }

  @Test
  void aConnectionThatAsksOrHasJustComeIsLeftAlone() {
    for (int i = 0; i < 3; i++) {
      admitted("a").asks = true;
    }
    now.addAndGet(ConnectionTable.STALE_NS / 2);
    assertThat(table.admit(client("a")).admitted()).isFalse();
    Client young = client("b");
    assertThat(table.admit(young).admitted()).isTrue();
    assertThat(table.admit(new Client("c", now.get())).admitted()).isFalse();
  }

  @Test
  void oneThatLeavesMakesRoomOnce() {
    Client first = admitted("a");
    admitted("a");
    admitted("a");
    table.remove(first);
    table.remove(first);
    admitted("a");
    Client fourth = client("a");
    assertThat(table.admit(fourth).leaves()).isPresent();
  }

  @Test
  void callsThatAskNothingKeepNoPlaceFromAnAddressThatHasFew() {
    List<Client> streams = new ArrayList<>();
    for (String address : List.of("a", "a", "a", "b")) {
      Client client = admitted(address);
      client.asks = true;
      streams.add(client);
    }
    streams.get(0).lastAskedNs = now.get();
    now.addAndGet(ConnectionTable.STALE_NS / 2);
    assertThat(table.admit(client("other")).admitted()).as("before they are stale").isFalse();
    now.addAndGet(ConnectionTable.STALE_NS / 2);
    assertThat(table.admit(client("b")).leaves()).containsSame(streams.get(1));
  }

  @Test
  void anAddressThatHasManyItselfTakesNoPlaceOfOpenCalls() {
    for (String address : List.of("a", "a", "b", "b")) {
      admitted(address).asks = true;
    }
    now.addAndGet(2 * ConnectionTable.STALE_NS);
    assertThat(table.admit(client("b")).admitted()).isFalse();
    assertThat(table.admit(client("other")).admitted()).isTrue();
  }
}
