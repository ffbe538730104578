package io.ganglion.loadgen;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The few threads that do everything in a run: sending, reading and counting. With one connection
 * there is one thread, so that no request is handed between threads, which would cost more than the
 * request itself.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // the threads are daemons, and nobody waits for their end
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final Scheduler scheduler;

  /** Loops for a number of connections, at most one for each processor. */
  EventLoops(int connections) {
    int threads = Math.min(connections, Runtime.getRuntime().availableProcessors());
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("network", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.scheduler = new SystemScheduler(group.next());
  }

  /** Runs tasks on a network thread, which must not be blocked. */
  Scheduler scheduler() {
    return scheduler;
  }

  NettyChannelBuilder carry(NettyChannelBuilder channel) {
    return channel
        .eventLoopGroup(group)
        .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
