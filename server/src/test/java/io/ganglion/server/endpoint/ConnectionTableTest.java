package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(100 * SECOND_NS);
  private final ConnectionTable table = new ConnectionTable(4, 3, now::get);

  private static final class Client implements ConnectionTable.Connection {
    final String address;
    long lastReadNs;
    boolean asks;

    Client(String address, long lastReadNs) {
      this.address = address;
      this.lastReadNs = lastReadNs;
    }

    @Override
    public Object address() {
      return address;
    }

    @Override
    public long lastReadNs() {
      return lastReadNs;
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
    first.lastReadNs = now.get(); // it has sent something since
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
    now.addAndGet(60 * SECOND_NS);
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
}
