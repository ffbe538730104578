package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionYield;
import io.ganglion.server.thread.NetworkThreads;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network's threads, and the bound on its connections: each holds memory whether it asks or
 * not, so one too many is closed before a byte of it is read. Thread-safe.
 *
 * <p>The threads are gRPC's own in number and kind; gRPC lets nobody look at what it accepts unless
 * they bring the threads too.
 */
final class ServerSockets {
  /** A connection that makes room has this long to end politely. */
  private static final long PARTING_MILLIS = 1_000;

  /** Some hundred requests: a few milliseconds of work. */
  private static final int READ_BYTES = 16 << 10;

  private final EndpointEvents events;
  private final ConnectionTable open;
  private final Map<SocketAddress, ClientConnection> byRemote = new ConcurrentHashMap<>();
  private final List<NetworkThreads> threads = new ArrayList<>();
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final WorkClock clock = WorkClock.system();
  private final WasteBudget budget =
      new WasteBudget(Runtime.getRuntime().availableProcessors(), clock::nowNs);

  ServerSockets(NetworkConfig config, EndpointEvents events) {
    this.open =
        new ConnectionTable(
            config.connections().open(), config.connections().openOfAddress(), System::nanoTime);
    this.events = events;
    this.acceptor = threads(1, "ganglion-accept");
    this.workers = threads(0, "ganglion-network"); // 0: as Netty sees fit
  }

  private EventLoopGroup threads(int count, String name) {
    IoHandlerFactory handlers =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    NetworkThreads factory = new NetworkThreads(name, events);
    threads.add(factory);
    return new MultiThreadIoEventLoopGroup(count, factory, handlers);
  }

  void carry(NettyServerBuilder builder) {
    builder
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(workers)
        .channelFactory(this::listener);
  }

  private ServerChannel listener() {
    ServerChannel channel =
        Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    channel.pipeline().addLast(new Door()); // before gRPC's own, which comes when it is bound
    return channel;
  }

  /**
   * The calling thread, one of the network's, for work on the connection and at its cost. It runs
   * nothing more once it has ended.
   */
  Executor thread(Attributes ofConnection) {
    ClientConnection connection = connection(ofConnection);
    for (EventExecutor worker : workers) {
      if (worker.inEventLoop()) {
        return task -> {
          try {
            worker.execute(connection == null ? task : () -> connection.throttle().run(task));
          } catch (RejectedExecutionException e) {
            // Its connections have ended before it.
          }
        };
      }
    }
    throw new IllegalStateException(Thread.currentThread() + " is not one of the network's");
  }

  /** The counts of the connection; null if it is gone. */
  @Nullable ConnectionYield counts(Attributes ofConnection) {
    ClientConnection connection = connection(ofConnection);
    return connection == null ? null : connection.throttle().counts();
  }

  private @Nullable ClientConnection connection(Attributes ofConnection) {
    SocketAddress remote = ofConnection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote == null ? null : byRemote.get(remote);
  }

  /** Ends the connection from there, if there is one, without a farewell. */
  void cut(SocketAddress remote) {
    ClientConnection connection = byRemote.get(remote);
    if (connection != null) {
      Channel channel = connection.channel();
      events.onConnectionCut();
      channel.eventLoop().execute(channel.unsafe()::closeForcibly);
    }
  }

  /** Idempotent; the threads end soon after. */
  void close() {
    threads.forEach(NetworkThreads::release);
    var unused = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    unused = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Other connections of a thread have their turn after each read. */
  private static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(64, 2_048, READ_BYTES).maxMessagesPerRead(1);
  }

  /** Sees each new connection first. */
  private final class Door extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      Channel channel = (Channel) accepted;
      ReadThrottle throttle = new ReadThrottle(budget, clock, events);
      ClientConnection connection = new ClientConnection(channel, throttle, events);
      ConnectionTable.Verdict verdict = open.admit(connection);
      verdict.leaves().ifPresent(this::part);
      if (!verdict.admitted()) {
        events.onConnectionRefused(); // first: whoever sees it closed finds it counted
        channel.unsafe().closeForcibly();
        return;
      }
      channel.config().setRecvByteBufAllocator(reads());
      channel.pipeline().addFirst(connection).addFirst(throttle);
      follow(connection);
      context.fireChannelRead(channel);
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
  }
}
