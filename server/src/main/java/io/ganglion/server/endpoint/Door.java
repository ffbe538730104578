package io.ganglion.server.endpoint;

import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees each new connection first, and closes it before a byte of it is read if there are too many,
 * or if its address has cost too much by connecting. Where even that costs too much, connections
 * wait in the system's queue for a while. The handler belongs to the accepting thread; who is open
 * may be asked on any.
 */
final class Door extends ChannelInboundHandlerAdapter {
  /** The share of a processor for accepting and refusing: some thousand connections a second. */
  private static final double SHARE = 0.15;

  /** What may be saved up: thousands of clients that connect at once. */
  private static final double MOST_SAVED_NS = 500e6;

  /**
   * Connections that are being built, or whose first bytes are being read, at once: beside more of
   * them the others of a thread would wait for long. Enough for some thousand a second.
   */
  private static final int MOST_NEW = 32;

  /** The share of all processors for connections that are new, so that others run beside them. */
  private static final double SHARE_OF_NEW = 0.5;

  /** What new connections may use at once. */
  private static final double MOST_SAVED_OF_NEW_NS = 10e6;

  /** The first handshake of a server takes long; the next client need not wait for all of it. */
  private static final double MOST_OWED_OF_NEW_NS = 50e6;

  /** Shorter pauses cost more than they save. */
  private static final long LEAST_PAUSE_NS = 2_000_000;

  /** A connection that makes room has this long to end politely. */
  private static final long PARTING_MILLIS = 1_000;

  /** Some hundred requests: a few milliseconds of work. */
  private static final int READ_BYTES = 16 << 10;

  private final ConnectionTable open;
  private final ArrivalBudget arrivals;
  private final WasteBudget waste;
  private final WorkClock clock;
  private final EndpointEvents events;
  private final Map<SocketAddress, ClientConnection> byRemote = new ConcurrentHashMap<>();
  private final double shareOfNew;
  private final AtomicLong workOfNewNs = new AtomicLong();
  private double savedNs = MOST_SAVED_NS;
  private double savedOfNewNs = MOST_SAVED_OF_NEW_NS;
  private long lastNs;
  private long lastWorkNs;
  private boolean paused;
  private final AtomicInteger newOnes = new AtomicInteger();

  Door(
      ConnectionTable open,
      ArrivalBudget arrivals,
      WasteBudget waste,
      int processors,
      WorkClock clock,
      EndpointEvents events) {
    this.open = open;
    this.arrivals = arrivals;
    this.waste = waste;
    this.shareOfNew = SHARE_OF_NEW * processors;
    this.clock = clock;
    this.events = events;
  }

  /** The connection from there; null if it is gone. */
  @Nullable ClientConnection connection(SocketAddress remote) {
    return byRemote.get(remote);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    lastNs = clock.nowNs();
    lastWorkNs = clock.workNs();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel channel = (Channel) accepted;
    Object address = ClientConnection.address(channel.remoteAddress());
    ArrivalBudget.Arrival arrival = arrivals.arrive(address);
    if (!arrival.admitted()) {
      refuse(channel);
      return;
    }
    LongConsumer settled = workNs -> settled(context, workNs);
    ReadThrottle throttle = new ReadThrottle(waste, arrival, clock, events, settled);
    ClientConnection connection = new ClientConnection(channel, address, throttle, events);
    ConnectionTable.Verdict verdict = open.admit(connection);
    verdict.leaves().ifPresent(this::part);
    if (!verdict.admitted()) {
      refuse(channel);
      return;
    }
    channel.config().setRecvByteBufAllocator(reads());
    channel.pipeline().addFirst(connection).addFirst(throttle);
    follow(connection);
    newOnes.incrementAndGet();
    readIfFree(context);
    context.fireChannelRead(channel);
  }

  /** A connection is new no more. On any thread. */
  private void settled(ChannelHandlerContext context, long workNs) {
    workOfNewNs.addAndGet(workNs);
    if (newOnes.getAndDecrement() == MOST_NEW) {
      context.executor().execute(() -> readIfFree(context));
    }
  }

  private void readIfFree(ChannelHandlerContext context) {
    if (context.channel().isOpen()) {
      context.channel().config().setAutoRead(!paused && newOnes.get() < MOST_NEW);
    }
  }

  private void refuse(Channel channel) {
    events.onConnectionRefused(); // first: whoever sees it closed finds it counted
    channel.unsafe().closeForcibly();
  }

  /** Other connections of a thread have their turn after each read. */
  private static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(64, 2_048, READ_BYTES).maxMessagesPerRead(1);
  }

  private void follow(ClientConnection connection) {
    Channel channel = connection.channel();
    SocketAddress remote = channel.remoteAddress();
    if (remote != null) { // else it is closed already
      byRemote.put(remote, connection);
    }
    var unused =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  open.remove(connection);
                  connection.throttle().settle(); // if it could not even be carried
                  if (remote != null) {
                    byRemote.remove(remote, connection);
                  }
                });
  }

  private void part(ConnectionTable.Connection idle) {
    if (idle instanceof ClientConnection client) {
      events.onConnectionEvicted();
      Channel channel = client.channel();
      var unused = channel.close(); // its client is told, and opens another when it has a call
      // A client that answers nothing would keep a polite close waiting for ever.
      var unusedCut =
          channel
              .eventLoop()
              .schedule(channel.unsafe()::closeForcibly, PARTING_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** All that its thread does is done for connections that come. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    long nowNs = clock.nowNs();
    long workNs = clock.workNs();
    double elapsedNs = nowNs - lastNs;
    savedNs = Math.min(MOST_SAVED_NS, savedNs + SHARE * elapsedNs) - (workNs - lastWorkNs);
    double ofNewNs = Math.min(MOST_SAVED_OF_NEW_NS, savedOfNewNs + shareOfNew * elapsedNs);
    savedOfNewNs = Math.max(-MOST_OWED_OF_NEW_NS, ofNewNs - workOfNewNs.getAndSet(0));
    lastNs = nowNs;
    lastWorkNs = workNs;
    long owedNs = (long) Math.max(-savedNs / SHARE, -savedOfNewNs / shareOfNew);
    if (owedNs > 0 && !paused) {
      paused = true;
      readIfFree(context);
      var unused =
          context
              .executor()
              .schedule(
                  () -> resume(context), Math.max(LEAST_PAUSE_NS, owedNs), TimeUnit.NANOSECONDS);
    }
  }

  private void resume(ChannelHandlerContext context) {
    paused = false;
    readIfFree(context);
  }
}
