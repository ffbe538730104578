package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/**
 * Each client keeps a fixed number of requests in flight and sends the next when one ends, for a
 * number of requests or for a time. The thread that brings an answer sends the next request.
 */
final class ClosedLoop implements Loop {
  /**
   * A pause after failures, so that clients of a dead server do not fail thousands of requests a
   * second.
   */
  private static final long PAUSE_AFTER_FAILURE_NS = 10_000_000;

  private final Run run;
  private final List<Client> clients = new ArrayList<>();
  private final int inFlight;
  private final long cycle;
  private final long endNs;
  private final CountDownLatch active;
  private final Scheduler scheduler;
  private volatile boolean stopped;

  /**
   * A loop over connected clients.
   *
   * @param cycle number of counted requests of each client
   * @param endNs time at which to stop in any case
   * @param scheduler sends again after failures
   */
  ClosedLoop(
      Run run,
      List<Requests> requests,
      IntFunction<PairChooser> choosers,
      int inFlight,
      long cycle,
      long endNs,
      Scheduler scheduler) {
    this.run = run;
    this.inFlight = inFlight;
    this.cycle = cycle;
    this.endNs = endNs;
    this.active = new CountDownLatch(requests.size());
    this.scheduler = scheduler;
    for (int i = 0; i < requests.size(); i++) {
      clients.add(new Client(requests.get(i), choosers.apply(i)));
    }
  }

  @Override
  public CountDownLatch start() {
    clients.forEach(Client::start);
    return active;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  private final class Client implements Run.After {
    private final Requests requests;
    private final PairChooser chooser;
    private long counted;
    private int running;

    Client(Requests requests, PairChooser chooser) {
      this.requests = requests;
      this.chooser = chooser;
      this.running = inFlight;
    }

    void start() {
      for (int i = 0; i < inFlight; i++) {
        sendNext();
      }
    }

    @Override
    public void ended(boolean answered) {
      if (answered) {
        sendNext();
      } else {
        scheduler.after(PAUSE_AFTER_FAILURE_NS, this::sendNext);
      }
    }

    private void sendNext() {
      long now = scheduler.nowNs();
      Question pair;
      synchronized (this) {
        if (stopped || counted == cycle || now - endNs >= 0) {
          running--;
          if (running == 0) {
            active.countDown();
          }
          return;
        }
        counted += now - run.countFromNs() >= 0 ? 1 : 0;
        pair = chooser.next();
      }
      run.send(requests, pair, now, this);
    }
  }
}
