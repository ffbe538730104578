package io.ganglion.server.endpoint;

import io.ganglion.server.thread.NetworkThreads;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The network threads, and the limit of connections. Every connection holds memory, even if idle,
 * so one too many is closed before a byte of it is read. Thread-safe.
 *
 * <p>The threads are the same in number and kind as gRPC's own. We must create them because gRPC
 * otherwise gives no access to the accepted connections.
 */
final class ServerSockets {
  /** Time for a connection that makes room to end politely. */
  private static final long PARTING_MILLIS = 1_000;

  private final EndpointEvents events;
  private final ConnectionTable open;
  private final List<NetworkThreads> threads = new ArrayList<>();
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;

  ServerSockets(NetworkConfig config, EndpointEvents events) {
    this.open =
        new ConnectionTable(
            config.connections().open(), config.connections().openOfAddress(), System::nanoTime);
    this.events = events;
    this.acceptor = threads(1, "ganglion-accept");
    this.workers = threads(0, "ganglion-network"); // 0: Netty's default
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
    channel
        .pipeline()
        .addLast(new Door()); // comes before gRPC's handler, which is added on binding
    return channel;
  }

  /** An executor for the calling network thread. It drops tasks once the thread has ended. */
  Executor currentThread() {
    for (EventExecutor worker : workers) {
      if (worker.inEventLoop()) {
        return task -> {
          try {
            worker.execute(task);
          } catch (RejectedExecutionException e) {
            // Its connections ended before it.
          }
        };
      }
    }
    throw new IllegalStateException(Thread.currentThread() + " is not one of the network's");
  }

  /** Starts to end the threads. Idempotent. */
  void close() {
    threads.forEach(NetworkThreads::release);
    var unused = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    unused = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** The first handler of each new connection. */
  private final class Door extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      Channel channel = (Channel) accepted;
      ClientConnection connection = new ClientConnection(channel);
      ConnectionTable.Verdict verdict = open.admit(connection);
      verdict.leaves().ifPresent(this::part);
      if (!verdict.admitted()) {
        events
            .onConnectionRefused(); // count it before closing it, so that observers of the end see
                                    // the count
        channel.unsafe().closeForcibly();
        return;
      }
      channel.pipeline().addFirst(connection);
      var unused = channel.closeFuture().addListener(closed -> open.remove(connection));
      context.fireChannelRead(channel);
    }

    private void part(ConnectionTable.Connection idle) {
      if (idle instanceof ClientConnection client) {
        events.onConnectionEvicted();
        Channel channel = client.channel();
        var unused =
            channel.close(); // The client is told and opens another connection for its next call.
        // A client that never answers would keep a polite close waiting for ever.
        var unusedCut =
            channel
                .eventLoop()
                .schedule(channel.unsafe()::closeForcibly, PARTING_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }
}
