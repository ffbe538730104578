package io.ganglion.server.http;

import io.ganglion.engine.thread.ThreadEvents;
import io.ganglion.server.thread.NetworkThreads;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP port for probes and pages. Probes are answered on the network thread, which nothing
 * blocks: neither a client that sends half a request or does not read, nor a slow page. Each
 * connection serves one request and is closed after a fixed time in any case. Thread-safe.
 */
public final class HttpPort {
  /** Most connections: far more than are needed at once. One more closes the oldest. */
  static final int MAX_CONNECTIONS = 64;

  /** Time for a request, its answer and the client's reading of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Two, so that a page that hangs does not hold up all others. Not more, so that a flood of
   * scrapes takes little time from the cores.
   */
  private static final int PAGE_THREADS = 2;

  /** Most pages that wait. The next client is told that the server is busy. */
  private static final int WAITING_PAGES = 8;

  private static final int REQUEST_LINE_BYTES = 4096;
  private static final int HEADER_BYTES = 8192;
  private static final int CHUNK_BYTES = 8192;

  private final Map<String, Page> probes;
  private final Map<String, Page> pages;
  private final Duration patience;
  private final NetworkThreads threads;
  private final EventLoopGroup network;
  private final ThreadPoolExecutor pageMaker;

  /** Connections, oldest first. Touched only by the network thread. */
  private final Deque<Channel> open = new ArrayDeque<>();

  private final Channel listener;

  private HttpPort(
      InetSocketAddress address,
      Map<String, Page> probes,
      Map<String, Page> pages,
      Duration patience,
      ThreadEvents events)
      throws IOException {
    this.probes = Map.copyOf(probes);
    this.pages = Map.copyOf(pages);
    this.patience = patience;
    this.threads = new NetworkThreads("ganglion-http", events);
    this.network = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
    this.pageMaker =
        new ThreadPoolExecutor(
            PAGE_THREADS,
            PAGE_THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_PAGES),
            task -> {
              Thread thread = new Thread(task, "ganglion-metrics");
              thread.setDaemon(true);
              return thread;
            });
    try {
      this.listener = bind(address);
    } catch (IOException | RuntimeException e) {
      stopThreads();
      throw e;
    }
  }

  /**
   * Listens.
   *
   * @param probes probes by path; they must answer at once
   * @param pages pages by path; they may be slow
   * @throws IOException if the address cannot be listened on; the message gives only the reason
   */
  public static HttpPort open(
      InetSocketAddress address,
      Map<String, Page> probes,
      Map<String, Page> pages,
      ThreadEvents events)
      throws IOException {
    return open(address, probes, pages, PATIENCE, events);
  }

  static HttpPort open(
      InetSocketAddress address,
      Map<String, Page> probes,
      Map<String, Page> pages,
      Duration patience,
      ThreadEvents events)
      throws IOException {
    return new HttpPort(address, probes, pages, patience, events);
  }

  private Channel bind(InetSocketAddress address) throws IOException {
    var binding =
        new ServerBootstrap()
            .group(network)
            .channel(NioServerSocketChannel.class)
            // Only here does a page wait for its reader.
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBufferWaterMark.DEFAULT)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    accept(connection);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new IOException(String.valueOf(binding.cause().getMessage()), binding.cause());
    }
    return binding.channel();
  }

  private void accept(Channel connection) {
    Channel oldest = open.size() < MAX_CONNECTIONS ? null : open.pollFirst();
    if (oldest != null) {
      var unused = oldest.close();
    }
    open.addLast(connection);
    var timer =
        connection
            .eventLoop()
            .schedule(
                () -> {
                  var unused = connection.close();
                },
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
    var unused =
        connection
            .closeFuture()
            .addListener(
                closed -> {
                  timer.cancel(false);
                  open.remove(connection);
                });
    connection.pipeline().addLast(handlers(probes, pages, pageMaker));
  }

  /** What reads and answers the one request of a connection. */
  static ChannelHandler[] handlers(
      Map<String, Page> probes, Map<String, Page> pages, Executor pageMaker) {
    return new ChannelHandler[] {
      new HttpServerCodec(REQUEST_LINE_BYTES, HEADER_BYTES, CHUNK_BYTES),
      new Exchange(probes, pages, pageMaker)
    };
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Closes the port and its connections. The threads end soon after. Idempotent. */
  public void close() {
    var unused = listener.close();
    stopThreads();
  }

  private void stopThreads() {
    threads.release();
    pageMaker.shutdownNow();
    var unused = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
