package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.server.grpc.TestServer;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The door of a server that exists on paper alone: its work takes the time that a test says. */
class DoorTest {
  private static final long MS = 1_000_000;
  private static final int FREE = 10;

  private final Clock clock = new Clock();
  private final TestServer.Events events = new TestServer.Events();
  private final List<EmbeddedChannel> built = new ArrayList<>();
  private final EmbeddedChannel listener =
      new EmbeddedChannel(
          new Door(
              new ConnectionTable(1_000_000, 1_000_000, clock::nowNs),
              new ArrivalBudget(FREE, 2, clock::nowNs),
              new WasteBudget(2, clock::nowNs),
              2,
              clock,
              events),
          new Builder());

  private static final class Clock implements WorkClock {
    long nowNs;
    long workNs;

    void work(long ns) {
      nowNs += ns;
      workNs += ns;
    }

    @Override
    public long nowNs() {
      return nowNs;
    }

    @Override
    public long workNs() {
      return workNs;
    }
  }

  /** Carries the connections that pass the door. */
  private final class Builder extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) throws Exception {
      EmbeddedChannel channel = (EmbeddedChannel) accepted;
      channel.pipeline().addLast(new Costly());
      channel.register();
      built.add(channel);
    }
  }

  /** What it costs to begin a connection. */
  private final class Costly extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      clock.work(MS / 5);
    }
  }

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = new EmbeddedChannel(false, false);
    listener.writeInbound(channel);
    listener.runPendingTasks();
    return channel;
  }

  private void connectAndLeave() {
    EmbeddedChannel channel = connect();
    if (channel.isRegistered()) { // else it was refused
      var unused = channel.close();
    }
    listener.runPendingTasks();
  }

  @Test
  void whoOnlyConnectsIsRefusedAndTakesASmallShare() {
    long endNs = 10_000 * MS;
    int tried = 0;
    for (; clock.nowNs < endNs; tried++) {
      connectAndLeave();
      clock.nowNs += MS / 20;
    }
    assertThat(built.size() + events.refusedConnections.get()).isEqualTo(tried);
    assertThat(built.size() * (MS / 5.0) / endNs).isBetween(0.1, 0.2);
  }

  @Test
  void nobodyIsAcceptedWhileManyAreBeingBuilt() {
    List<EmbeddedChannel> open = new ArrayList<>();
    while (listener.config().isAutoRead() && open.size() < FREE) {
      open.add(connect());
    }
    assertThat(open).as("settled only by what they say").hasSize(FREE);
    for (int i = 0; i < 1_000 && listener.config().isAutoRead(); i++) {
      open.add(connect());
    }
    assertThat(listener.config().isAutoRead()).isFalse();
    var unused = open.get(0).close();
    listener.runPendingTasks();
    assertThat(listener.config().isAutoRead()).as("when one has gone").isTrue();
  }

  @Test
  void connectionsThatSayNothingAreNotWaitedFor() {
    List<EmbeddedChannel> open = new ArrayList<>();
    for (int i = 0; i < 1_000 && listener.config().isAutoRead(); i++) {
      open.add(connect());
    }
    for (EmbeddedChannel channel : open) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
    listener.runPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void whereRefusingItselfCostsTooMuchTheSystemKeepsThemForAWhile() {
    for (int i = 0; i < 1_000 && listener.config().isAutoRead(); i++) {
      clock.work(MS);
      connectAndLeave();
    }
    assertThat(listener.config().isAutoRead()).isFalse();
    listener.advanceTimeBy(1, TimeUnit.MINUTES);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void newConnectionsLeaveTimeForTheOthersEvenWhereTheyAreFree() {
    int accepted = 0;
    for (; listener.config().isAutoRead() && accepted < 1_000; accepted++) {
      clock.work(-MS / 5); // another thread builds it meanwhile
      connectAndLeave();
    }
    assertThat(accepted).as("some milliseconds of work").isBetween(20, 120);
    listener.advanceTimeBy(1, TimeUnit.SECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }
}
