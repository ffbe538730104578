package io.ganglion.core.cpu;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who holds the processors and who waits for them, in order. Every processor is either free or held
 * by one turn that will give it back. A holder that keeps its turn for longer than the others'
 * patience is struck off when the next in line needs what it holds: from then on it holds nothing,
 * and has nothing to give back when it returns after all.
 *
 * <p>Blocks nobody and reads no clock. Not thread-safe.
 */
final class TurnLedger {
  /** A wish for processors. It is in line, then it holds them, then it is over. */
  static final class Turn {
    private final int share;
    private long sinceNs;

    private Turn(int share) {
      this.share = share;
    }
  }

  private final long patienceNs;

  /** As many as there are threads of cores. */
  private final Deque<Turn> line = new ArrayDeque<>();

  /** Oldest first; at most one a processor. */
  private final Deque<Turn> holders = new ArrayDeque<>();

  private int free;

  /**
   * @param patienceNs longer than a group of requests takes: whoever holds a turn that long hangs
   */
  TurnLedger(int processors, long patienceNs) {
    this.free = processors;
    this.patienceNs = patienceNs;
  }

  /**
   * Joins the line.
   *
   * @param share processors needed, no more than there are
   */
  Turn join(int share) {
    Turn turn = new Turn(share);
    line.addLast(turn);
    return turn;
  }

  /** Whether the turn is the next to be taken. */
  boolean isNext(Turn turn) {
    return line.peekFirst() == turn;
  }

  /** Takes the turn if it is the next and its processors are free or held by who hangs. */
  boolean take(Turn turn, long nowNs) {
    if (!isNext(turn)) {
      return false;
    }
    while (free < turn.share && nsToStrikeOff(nowNs) <= 0) {
      free += holders.removeFirst().share;
    }
    if (free < turn.share) {
      return false;
    }
    line.removeFirst();
    free -= turn.share;
    turn.sinceNs = nowNs;
    holders.addLast(turn);
    return true;
  }

  /** How long the oldest holder may still keep its turn. There must be one. */
  long nsToStrikeOff(long nowNs) {
    return patienceNs - (nowNs - holders.getFirst().sinceNs);
  }

  /** Gives back what the turn holds, if anything, and leaves the line. */
  void end(Turn turn) {
    if (holders.remove(turn)) {
      free += turn.share;
    } else {
      line.remove(turn);
    }
  }

  /** Processors that nobody holds. */
  int free() {
    return free;
  }
}
