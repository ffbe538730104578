package io.ganglion.loadgen;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.HdrHistogram.Histogram;

/**
 * Sends at the times of a schedule, regardless of the server. Latency counts from the intended
 * time, so a stall counts in every request that it delays. The scheduler's thread sends. It stops
 * only while every client has its maximum in flight, and this wait counts too.
 */
final class OpenLoop implements Loop {
  /** The thread wakes for several requests at once. Their latency includes this wait. */
  private static final long QUANTUM_NS = 1_000_000;

  /** Most requests sent in a row, because answers are read on the same thread. */
  private static final int BURST = 128;

  private final Run run;
  private final List<Requests> clients;
  private final PairChooser chooser;
  private final Schedule schedule;
  private final long endNs;
  private final int inFlight;
  private final Scheduler scheduler;
  private final AtomicInteger room;
  private final AtomicIntegerArray outstanding;
  private final AtomicInteger unfinished = new AtomicInteger(1); // 1 for the sender
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean full;
  private volatile boolean stopped;

  // touched by the scheduler's thread
  private final Histogram lateness = new Histogram(3_600_000_000_000L, 3);
  private long nextNs;
  private int nextClient;
  private boolean over;
  private boolean heldUp;

  /**
   * A loop over connected clients.
   *
   * @param endNs end of the schedule, as an offset
   * @param inFlight most requests of one client in flight
   * @param scheduler its thread sends
   */
  OpenLoop(
      Run run,
      List<Requests> clients,
      PairChooser chooser,
      Schedule schedule,
      long endNs,
      int inFlight,
      Scheduler scheduler) {
    this.run = run;
    this.clients = clients;
    this.chooser = chooser;
    this.schedule = schedule;
    this.endNs = endNs;
    this.inFlight = inFlight;
    this.scheduler = scheduler;
    this.room = new AtomicInteger(clients.size() * inFlight);
    this.outstanding = new AtomicIntegerArray(clients.size());
    this.nextNs = schedule.nextNs();
  }

  @Override
  public CountDownLatch start() {
    scheduler.after(0, this::sendDue);
    return done;
  }

  @Override
  public void stop() {
    stopped = true;
    scheduler.after(0, this::sendDue); // the next request may be far away
  }

  /** The delay of each counted request after its intended time. Read it when the loop is done. */
  Histogram lateness() {
    return lateness;
  }

  /** Whether a request had to wait until a client had room. Read it when the loop is done. */
  boolean heldUp() {
    return heldUp;
  }

  private void sendDue() {
    for (int sent = 0; sent < BURST; sent++) {
      if (over) {
        return;
      }
      if (stopped || nextNs >= endNs) {
        over = true;
        ended();
        return;
      }
      long intendedNs = run.startNs() + nextNs;
      long leftNs = intendedNs - scheduler.nowNs();
      if (leftNs > 0) {
        scheduler.after(Math.max(leftNs, QUANTUM_NS), this::sendDue);
        return;
      }
      if (!takeRoom()) {
        heldUp = true;
        return; // the thread that makes room resumes sending
      }
      if (intendedNs - run.countFromNs() >= 0) {
        lateness.recordValue(-leftNs);
      }
      sendOne(intendedNs);
      nextNs = schedule.nextNs();
    }
    scheduler.after(0, this::sendDue);
  }

  private boolean takeRoom() {
    if (room.get() == 0) {
      full = true;
      if (room.get() == 0) {
        return false;
      }
      full = false; // room was made meanwhile; a resumption that is under way will find nothing
    }
    room.decrementAndGet();
    return true;
  }

  private void resume() {
    if (full) {
      full = false;
      sendDue();
    }
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
          room.incrementAndGet();
          if (full) {
            scheduler.after(0, this::resume);
          }
          ended();
        });
  }

  /** The next client with room, in turn. There is one, because there was room. */
  private int clientWithRoom() {
    while (true) {
      int client = nextClient;
      nextClient = nextClient + 1 == clients.size() ? 0 : nextClient + 1;
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
