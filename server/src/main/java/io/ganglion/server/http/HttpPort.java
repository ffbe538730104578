package io.ganglion.server.http;

import io.ganglion.server.thread.NetworkThreads;
import io.ganglion.server.thread.ThreadEvents;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
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
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP port for probes and pages. Probes are answered on the network's thread, which nothing
 * blocks: not a client that sends half a request, not one that does not read, not a page that takes
 * its time. Each connection is good for one request and is closed after a fixed time whatever its
 * client does. Thread-safe.
 */
public final class HttpPort {
  /** Far more than ask at once; one more, and the oldest is closed for it. */
  static final int MAX_CONNECTIONS = 64;

  /** For a request, its answer and its client's reading of it, all together. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Pages are made one at a time: a flood of scrapes must not take the cores' time. */
  private static final int PAGE_THREADS = 1;

  /** Scrapers that come at once; the next one is told that the server is busy. */
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

  /** Oldest first. Touched by the network's only thread. */
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
   * @param probes by path; they must answer at once
   * @param pages by path; they may take their time
   * @throws IOException if the address cannot be listened on; the message says only why
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
            // A page waits here for its reader and nowhere else.
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
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(REQUEST_LINE_BYTES, HEADER_BYTES, CHUNK_BYTES),
            new Exchange(probes, pages, pageMaker));
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Closes the port and its connections. Idempotent; the threads end soon after. */
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
