package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionYield;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading a connection while it owes work or reads nothing itself. Its client then waits as
 * soon as the system's buffers are full. Answers go out meanwhile. Stands first of all handlers, so
 * that the work of all others is measured. Belongs to the connection's thread.
 */
final class ReadThrottle extends ChannelDuplexHandler {
  /** How soon a connection is read again after an answer has paid for it. */
  private static final long CHECK_NS = 10_000_000;

  /** A connection whose client says nothing at first is no work for anybody. */
  private static final long SETTLED_MILLIS = 5;

  /** A connection that is sent away has this long to read why. */
  private static final long PARTING_MILLIS = 1_000;

  private final ConnectionYield yield = new ConnectionYield();
  private final EndpointEvents events;
  private final WorkClock clock;
  private final WorkAccount account;
  private final ArrivalBudget.Arrival arrival;
  private final LongConsumer settled;
  private final AtomicBoolean isSettled = new AtomicBoolean();
  private long builtNs;
  private volatile long newNs;
  private boolean owes;
  private boolean unread;
  private boolean measuring;
  private long beganNs;
  private @Nullable ChannelHandlerContext context;

  ReadThrottle(
      WasteBudget budget,
      ArrivalBudget.Arrival arrival,
      WorkClock clock,
      EndpointEvents events,
      LongConsumer settled) {
    this.events = events;
    this.settled = settled;
    this.clock = clock;
    this.arrival = arrival;
    this.account = new WorkAccount(budget, arrival, yield, clock.nowNs());
  }

  ConnectionYield counts() {
    return yield;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    beganNs = clock.workNs(); // gRPC's handlers are built next
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    builtNs = clock.workNs() - beganNs;
    newNs = builtNs;
    arrival.spend(builtNs);
    var unused = context.executor().schedule(this::settle, SETTLED_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** It was built, and the first that it had to say was read, if there was something. */
  void settle() {
    if (!isSettled.getAndSet(true)) {
      settled.accept(newNs);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!measuring) {
      measuring = true;
      beganNs = clock.workNs();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (measuring) {
      measuring = false;
      long workNs = clock.workNs() - beganNs;
      spend(context, workNs);
      if (!isSettled.get()) {
        newNs = builtNs + workNs;
        settle();
      }
    }
  }

  /** Runs a task for the connection, at its cost. */
  void run(Runnable task) {
    long before = clock.workNs();
    task.run();
    if (context != null) {
      spend(context, clock.workNs() - before);
    }
  }

  private void spend(ChannelHandlerContext context, long workNs) {
    long owedNs = account.spend(workNs, clock.nowNs());
    if (owedNs > 0 && !owes && context.channel().isActive()) {
      owes = true;
      events.onConnectionPaused();
      readIfFree(context);
      checkAfter(context, owedNs);
    }
  }

  private void checkAfter(ChannelHandlerContext context, long owedNs) {
    long waitNs = Math.min(owedNs, Math.max(CHECK_NS, owedNs / 8));
    var unused = context.executor().schedule(() -> check(context), waitNs, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      return;
    }
    long nowNs = clock.nowNs();
    long owedNs = account.owedNs(nowNs);
    if (account.isHopeless(nowNs)) {
      sendAway(context);
    } else if (owedNs > 0) {
      checkAfter(context, owedNs);
    } else {
      owes = false;
      readIfFree(context);
    }
  }

  /** Its client reads nothing: what it asks now would only be more to keep for it. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    unread = !context.channel().isWritable();
    readIfFree(context);
    context.fireChannelWritabilityChanged();
  }

  private void readIfFree(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(!owes && !unread);
  }

  /** HTTP/2's handler and that of TLS ask for more even where nothing is read by itself. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (!owes && !unread) {
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    account.close(clock.nowNs());
    long before = clock.workNs();
    context.fireChannelInactive();
    arrival.spend(clock.workNs() - before);
  }

  private void sendAway(ChannelHandlerContext context) {
    events.onConnectionCut();
    Channel channel = context.channel();
    Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
    if (http2 == null) {
      channel.unsafe().closeForcibly();
      return;
    }
    ChannelHandlerContext sender = context.pipeline().context(http2);
    var told =
        http2
            .goAway(
                sender,
                http2.connection().remote().lastStreamCreated(),
                Http2Error.ENHANCE_YOUR_CALM.code(),
                ByteBufUtil.writeUtf8(channel.alloc(), "too much work for nothing"),
                sender.newPromise())
            .addListener(done -> channel.unsafe().closeForcibly());
    sender.flush();
    if (!told.isDone()) {
      var unused =
          context
              .executor()
              .schedule(channel.unsafe()::closeForcibly, PARTING_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
