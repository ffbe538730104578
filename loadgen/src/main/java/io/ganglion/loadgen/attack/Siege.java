package io.ganglion.loadgen.attack;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An attack that goes on until it is closed: each attacker connects, does its worst, and connects
 * again when it is cut. Thread-safe.
 */
public final class Siege implements AutoCloseable {
  /** Between two connections that fail, so that an attacker attacks the server and not itself. */
  private static final int RETRY_MILLIS = 20;

  private static final int CONNECT_MILLIS = 2_000;

  /** Attackers that write to a server which reads no more end when their sockets are closed. */
  private static final int END_SECONDS = 10;

  private final InetSocketAddress grpc;
  private final InetSocketAddress metrics;
  private final List<Thread> attackers = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();

  private Siege(InetSocketAddress grpc, InetSocketAddress metrics) {
    this.grpc = grpc;
    this.metrics = metrics;
  }

  /**
   * Begins an attack.
   *
   * @param grpc the server's port for calls
   * @param metrics its port for probes; not used by most
   * @param count attackers, a thread each
   */
  public static Siege begin(
      Attack attack, InetSocketAddress grpc, InetSocketAddress metrics, int count) {
    Siege siege = new Siege(grpc, metrics);
    for (int i = 0; i < count; i++) {
      Thread attacker = new Thread(() -> siege.attack(attack), "attacker-" + i);
      attacker.setDaemon(true);
      siege.attackers.add(attacker);
      attacker.start();
    }
    return siege;
  }

  private void attack(Attack attack) {
    while (!over()) {
      try {
        attack.assault(this);
      } catch (IOException e) {
        hold(RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS));
      }
    }
  }

  /** How many connections were opened. */
  public long opened() {
    return opened.get();
  }

  /** How many of them the server ended. */
  public long ended() {
    return ended.get();
  }

  InetSocketAddress server() {
    return grpc;
  }

  boolean over() {
    return over.getCount() == 0;
  }

  /** Waits until the siege is over. */
  void hold() {
    Uninterruptibles.awaitUninterruptibly(over);
  }

  /** Waits a while, or until the siege is over. */
  void hold(long millis) {
    var unused = Uninterruptibles.awaitUninterruptibly(over, millis, TimeUnit.MILLISECONDS);
  }

  /** What is done on a connection. It ends by the server's cut, or when the siege is over. */
  interface Deed {
    void on(Socket socket) throws IOException;
  }

  /** Connects to the port for calls and does it. */
  void connect(Deed deed) throws IOException {
    try (Socket socket = open(grpc)) {
      deed.on(socket);
    } catch (IOException e) {
      ended.addAndGet(over() ? 0 : 1);
      throw e;
    }
  }

  /** A connection that stays open when its attacker goes on. */
  Socket leave(boolean toMetrics) throws IOException {
    return open(toMetrics ? metrics : grpc);
  }

  private Socket open(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    synchronized (sockets) {
      sockets.removeIf(Socket::isClosed);
      sockets.add(socket);
    }
    socket.connect(to, CONNECT_MILLIS);
    opened.incrementAndGet();
    return socket;
  }

  /** Ends the attack and all its connections. */
  @Override
  public void close() {
    over.countDown();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is gone already.
        }
      }
    }
    for (Thread attacker : attackers) {
      Uninterruptibles.joinUninterruptibly(attacker, END_SECONDS, TimeUnit.SECONDS);
    }
  }
}
