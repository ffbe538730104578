package io.ganglion.loadgen;

import io.ganglion.api.TextPair;
import java.util.ArrayList;
import java.util.List;

/**
 * A server in virtual time: cores that run one request at a time, and a queue that may be bounded.
 * It answers label 1 if the two texts are equal.
 */
final class VirtualServer implements Target {
  /** The time of the request with this number on a core; negative if it fails at once. */
  interface Service {
    long ns(int number, long atNs);
  }

  private final VirtualTime time;
  private final long[] freeAtNs;
  private final Service service;
  private int queueBound = Integer.MAX_VALUE;
  private int waiting;
  private int closed;

  /** The time and client of each request. */
  final List<Long> sentAtNs = new ArrayList<>();

  final List<Integer> clients = new ArrayList<>();
  final List<TextPair> pairs = new ArrayList<>();
  int mostInFlight;
  private int inFlight;
  private long stallFromNs = Long.MAX_VALUE;
  private long stallUntilNs = Long.MAX_VALUE;
  private long sendCostNs;

  VirtualServer(VirtualTime time, int cores, Service service) {
    this.time = time;
    this.freeAtNs = new long[cores];
    java.util.Arrays.fill(freeAtNs, Long.MIN_VALUE);
    this.service = service;
  }

  /** A server with a core for each request: every answer takes this long. */
  static VirtualServer answeringIn(VirtualTime time, long ns) {
    return new VirtualServer(time, 100_000, (number, at) -> ns);
  }

  /** Sends no answers in this time. */
  VirtualServer stalled(long fromNs, long untilNs) {
    stallFromNs = fromNs;
    stallUntilNs = untilNs;
    return this;
  }

  VirtualServer withQueue(int bound) {
    queueBound = bound;
    return this;
  }

  /** Sending a request keeps the load generator's thread busy for this long. */
  VirtualServer withSendCost(long ns) {
    sendCostNs = ns;
    return this;
  }

  int closed() {
    return closed;
  }

  @Override
  public String describe() {
    return "a virtual server";
  }

  @Override
  public Requests open(int index, int mostUnanswered) {
    return new Requests() {
      @Override
      public Runnable send(Question question, Outcome outcome) {
        return VirtualServer.this.send(index, ((LabelledPair) question).pair(), outcome);
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  private Runnable send(int client, TextPair pair, Requests.Outcome outcome) {
    time.spend(sendCostNs);
    int number = sentAtNs.size();
    sentAtNs.add(time.nowNs());
    clients.add(client);
    pairs.add(pair);
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    long serviceNs = service.ns(number, time.nowNs());
    boolean[] over = new boolean[1];
    if (serviceNs < 0) {
      time.after(0, () -> end(over, () -> outcome.failed("UNAVAILABLE", "scripted")));
    } else if (waiting >= queueBound) {
      time.after(0, () -> end(over, () -> outcome.failed("RESOURCE_EXHAUSTED", "queue full")));
    } else {
      waiting++;
      time.after(
          endNs(serviceNs) - time.nowNs(),
          () -> {
            waiting--;
            end(over, () -> outcome.answered(answer(pair, serviceNs)));
          });
    }
    return () -> end(over, () -> outcome.failed("CANCELLED", "cancelled here"));
  }

  private void end(boolean[] over, Runnable outcome) {
    if (!over[0]) {
      over[0] = true;
      inFlight--;
      outcome.run();
    }
  }

  private long endNs(long serviceNs) {
    int core = 0;
    for (int i = 1; i < freeAtNs.length && freeAtNs[core] > time.nowNs(); i++) {
      core = freeAtNs[i] < freeAtNs[core] ? i : core;
    }
    long startNs = Math.max(time.nowNs(), freeAtNs[core]);
    if (startNs >= stallFromNs && startNs < stallUntilNs) {
      startNs = stallUntilNs;
    }
    freeAtNs[core] = startNs + serviceNs;
    return freeAtNs[core];
  }

  private static Answer answer(TextPair pair, long serviceNs) {
    int label = pair.textA().equals(pair.textB()) ? 1 : 0;
    List<Float> probabilities = label == 1 ? List.of(0.25f, 0.75f) : List.of(0.75f, 0.25f);
    return new Answer(
        label,
        label == 1 ? "same" : "other",
        probabilities,
        1_000_000,
        serviceNs,
        4,
        7,
        Judgement.NONE);
  }
}
