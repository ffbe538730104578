package io.ganglion.loadgen;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sends at the times of a schedule, whatever the server does; latency counts from the intended
 * time, so a stall is charged to every request that it delays. One thread sends; it waits only when
 * every client has as much in flight as it may, and those waits are charged too.
 */
final class OpenLoop implements Loop {
  private static final long QUANTUM_NS = 1_000_000;

  private final Run run;
  private final List<Requests> clients;
  private final PairChooser chooser;
  private final Schedule schedule;
  private final long endNs;
  private final int inFlight;
  private final Semaphore room;
  private final AtomicIntegerArray outstanding;
  private final AtomicInteger unfinished = new AtomicInteger(1); // 1 for the sender
  private final CountDownLatch done = new CountDownLatch(1);
  private final Histogram lateness = new Histogram(3_600_000_000_000L, 3);
  private volatile boolean stopped;
  private int next;
  private long lastWakeNs;

  /**
   * A loop over connected clients.
   *
   * @param endNs offset at which the schedule ends
   * @param inFlight most requests of one client in flight
   */
  OpenLoop(
      Run run,
      List<Requests> clients,
      PairChooser chooser,
      Schedule schedule,
      long endNs,
      int inFlight) {
    this.run = run;
    this.clients = clients;
    this.chooser = chooser;
    this.schedule = schedule;
    this.endNs = endNs;
    this.inFlight = inFlight;
    this.room = new Semaphore(clients.size() * inFlight);
    this.outstanding = new AtomicIntegerArray(clients.size());
  }

  @Override
  public CountDownLatch start() {
    Thread sender = new Thread(this::send, "sender");
    sender.setDaemon(true);
    sender.start();
    return done;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /** How long after its intended time each request was sent; read it when the loop is done. */
  Histogram lateness() {
    return lateness;
  }

  private void send() {
    try {
      for (long at = schedule.nextNs(); at < endNs && !stopped; at = schedule.nextNs()) {
        long intendedNs = run.startNs() + at;
        long now = waitUntil(intendedNs);
        room.acquireUninterruptibly();
        lateness.recordValue(Math.max(0, now - intendedNs));
        sendOne(intendedNs);
      }
    } finally {
      ended();
    }
  }

  /**
   * Sleeps at least a quantum at a time: above some thousand requests a second the sender then
   * wakes for several at once, which costs it far less, and charges them what they waited.
   */
  private long waitUntil(long intendedNs) {
    long now = run.nowNs();
    while (now - intendedNs < 0) {
      LockSupport.parkNanos(Math.max(intendedNs - now, lastWakeNs + QUANTUM_NS - now));
      now = run.nowNs();
      lastWakeNs = now;
    }
    return now;
  }

  private void sendOne(long intendedNs) {
    int client = clientWithRoom();
    unfinished.incrementAndGet();
    run.send(
        clients.get(client),
        chooser.next(),
        intendedNs,
        answered -> {
          outstanding.decrementAndGet(client);
          room.release();
          ended();
        });
  }

  /** In turn; the semaphore says that there is one. */
  private int clientWithRoom() {
    while (true) {
      int client = next;
      next = next + 1 == clients.size() ? 0 : next + 1;
      if (outstanding.incrementAndGet(client) <= inFlight) {
        return client;
      }
      outstanding.decrementAndGet(client);
    }
  }

  private void ended() {
    if (unfinished.decrementAndGet() == 0) {
      done.countDown();
    }
  }
}
