package io.ganglion.core.cpu;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Records which turns hold the processors and which wait for them, in order. Every processor is
 * either free or held by one turn, which will give it back. A turn that is held for longer than the
 * patience is struck off when the next in line needs its processors. From then on it holds nothing,
 * and gives nothing back if its thread returns.
 *
 * <p>Never blocks and reads no clock. Not thread-safe.
 */
final class TurnLedger {
  /** A request for processors. It waits in line, then holds the processors, then ends. */
  static final class Turn {
    private final int share;
    private long sinceNs;

    private Turn(int share) {
      this.share = share;
    }
  }

  private final long patienceNs;

  /** Waiting turns: at most one for each thread of a core. */
  private final Deque<Turn> line = new ArrayDeque<>();

  /** Turns that hold processors, oldest first; at most one for each processor. */
  private final Deque<Turn> holders = new ArrayDeque<>();

  private int free;

  /**
   * @param patienceNs longer than a group of requests takes; a thread that holds a turn for this
   *     long hangs
   */
  TurnLedger(int processors, long patienceNs) {
    this.free = processors;
    this.patienceNs = patienceNs;
  }

  /**
   * Joins the line.
   *
   * @param share number of processors needed, at most all
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

  /** Takes the turn if it is next and its processors are free or held by hanging threads. */
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

  /** How long the oldest holder may still keep its turn. There must be a holder. */
  long nsToStrikeOff(long nowNs) {
    return patienceNs - (nowNs - holders.getFirst().sinceNs);
  }

  /** Ends the turn: gives back its processors, if any, and leaves the line. */
  void end(Turn turn) {
    if (holders.remove(turn)) {
      free += turn.share;
    } else {
      line.remove(turn);
    }
  }

  /** Number of processors that nobody holds. */
  int free() {
    return free;
  }
}
