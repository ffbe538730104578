package io.ganglion.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A TCP proxy that can turn into a black hole: connections stay open but pass nothing on, not even
 * their end.
 */
final class BlackHole implements AutoCloseable {
  private final ServerSocket listening;
  private final int server;
  private final Queue<Link> links = new ConcurrentLinkedQueue<>();
  private volatile boolean swallowing;

  BlackHole(int server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String target() {
    return "localhost:" + listening.getLocalPort();
  }

  /** Swallows everything on present and later connections. */
  void swallowAll() {
    swallowing = true;
    swallowPresent();
  }

  /** Lets later connections through again. Those that were swallowed stay dead. */
  void passAgain() {
    swallowing = false;
  }

  /** Swallows everything on present connections. Later ones work. */
  void swallowPresent() {
    links.forEach(link -> link.swallowed = true);
  }

  /** Closes all connections, as when a process is killed. */
  void cut() {
    links.forEach(Link::close);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "black-hole");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        connect(listening.accept());
      } catch (IOException e) {
        // The proxy is closed: the loop's condition tells.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket to;
    try {
      to = new Socket(InetAddress.getLoopbackAddress(), server);
    } catch (IOException e) {
      client.close(); // the server is gone
      return;
    }
    Link link = new Link(client, to);
    link.swallowed = swallowing;
    links.add(link);
    start(() -> link.carry(link.client, link.server));
    start(() -> link.carry(link.server, link.client));
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private static final class Link {
    final Socket client;
    final Socket server;
    volatile boolean swallowed;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void carry(Socket from, Socket to) {
      byte[] buffer = new byte[8192];
      try {
        int n = from.getInputStream().read(buffer);
        while (n >= 0) {
          if (!swallowed) {
            to.getOutputStream().write(buffer, 0, n);
          }
          n = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        // One side is gone; the other is closed below.
      }
      if (!swallowed) {
        close();
      }
    }

    void close() {
      try (client;
          server) {
        swallowed = true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
