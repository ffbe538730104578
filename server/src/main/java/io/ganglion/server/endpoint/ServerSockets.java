package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionYield;
import io.ganglion.server.thread.NetworkThreads;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network's threads, and what passes its door. Thread-safe.
 *
 * <p>The threads are gRPC's own in number and kind; gRPC lets nobody look at what it accepts unless
 * they bring the threads too.
 */
final class ServerSockets {
  /** Connections that the system keeps until they are accepted: many may come at once. */
  private static final int BACKLOG = 1_024;

  private final EndpointEvents events;
  private final List<NetworkThreads> threads = new ArrayList<>();
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final Door door;

  ServerSockets(NetworkConfig config, EndpointEvents events) {
    this.events = events;
    this.door = door(config.connections(), events);
    this.acceptor = threads(1, "ganglion-accept");
    this.workers = threads(0, "ganglion-network"); // 0: as Netty sees fit
  }

  private static Door door(ConnectionLimits limits, EndpointEvents events) {
    WorkClock clock = WorkClock.system();
    int processors = Runtime.getRuntime().availableProcessors();
    int free = Math.max(ConnectionLimits.MOST_OPEN, limits.open());
    return new Door(
        new ConnectionTable(limits.open(), limits.openOfAddress(), clock::nowNs),
        new ArrivalBudget(free, processors, clock::nowNs),
        new WasteBudget(processors, clock::nowNs),
        processors,
        clock,
        events);
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
        .channelFactory(this::listener)
        .withOption(ChannelOption.SO_BACKLOG, BACKLOG);
  }

  private ServerChannel listener() {
    ServerChannel channel =
        Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    channel.pipeline().addLast(door); // before gRPC's own, which comes when it is bound
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
    return remote == null ? null : door.connection(remote);
  }

  /** Ends the connection from there, if there is one, without a farewell. */
  void cut(SocketAddress remote) {
    ClientConnection connection = door.connection(remote);
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
}
