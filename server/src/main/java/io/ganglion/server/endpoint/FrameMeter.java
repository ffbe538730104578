package io.ganglion.server.endpoint;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Counts the HTTP/2 frames of one connection that bring nothing: a server works for each of them,
 * and its limits on calls and bytes know nothing of them. Reads their headers where they lie. Not
 * thread-safe: it belongs to the connection's thread.
 *
 * <p>RST_STREAM is not counted here but by gRPC, and HEADERS by the bound on calls.
 */
final class FrameMeter {
  /** Frames of nothing that may come within a window; clients that are busy send some hundred. */
  static final int MOST_EMPTY = 10_000;

  static final long WINDOW_NS = 10_000_000_000L;

  private static final int PREFACE_BYTES = 24;

  /** Length, type and flags; the number of the stream follows. */
  private static final int HEAD_BYTES = 5;

  private static final int STREAM_BYTES = 4;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int ACK = 0x1;
  private static final int END_STREAM = 0x1;
  private static final int PADDED = 0x8;

  /** With less than this a message of gRPC has not even begun. */
  private static final int MESSAGE_PREFIX_BYTES = 5;

  /** What a frame of nothing counts. */
  private static final int EMPTY = 10;

  /** A busy client sends one for some KB of answers; 2,000 a second would be for 32 MB and more. */
  private static final int UPDATE = 5;

  /** The server asks once a minute, and gRPC logs each answer that it has not asked for. */
  private static final int ANSWER = 1_000;

  /** So many open calls make a SETTINGS as dear again: it may move the window of each of them. */
  private static final int CALLS_TO_SET = 40;

  private final LongSupplier clock;
  private final IntSupplier openCalls;
  private long windowStartNs;
  private long counted;
  private long calls;
  private long callsBefore;
  private long skip = PREFACE_BYTES;
  private long head;
  private int headBytes;

  /**
   * @param clock nanoseconds
   * @param openCalls calls of the bytes that were taken before
   */
  FrameMeter(LongSupplier clock, IntSupplier openCalls) {
    this.clock = clock;
    this.openCalls = openCalls;
    this.windowStartNs = clock.getAsLong();
  }

  /**
   * Takes the next bytes of the connection, which may begin and end anywhere in a frame.
   *
   * @return false once there were too many frames of nothing
   */
  boolean take(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    callsBefore = calls;
    while (at < end) {
      if (skip > 0) {
        int step = (int) Math.min(skip, end - at);
        skip -= step;
        at += step;
      } else {
        head = (head << 8) | bytes.getUnsignedByte(at++);
        headBytes++;
        if (headBytes == HEAD_BYTES) {
          frame((int) (head >> 16), (int) (head >> 8) & 0xff, (int) head & 0xff);
        }
      }
    }
    return counted <= (long) MOST_EMPTY * EMPTY;
  }

  /** How many calls have begun. */
  long calls() {
    return calls;
  }

  private void frame(int length, int type, int flags) {
    head = 0;
    headBytes = 0;
    calls += type == HEADERS ? 1 : 0;
    skip = (long) STREAM_BYTES + length;
    int cost = cost(length, type, flags);
    if (cost > 0) {
      long nowNs = clock.getAsLong();
      if (nowNs - windowStartNs >= WINDOW_NS) {
        windowStartNs = nowNs;
        counted = 0;
      }
      counted += cost;
    }
  }

  private int cost(int length, int type, int flags) {
    return switch (type) {
      case DATA -> {
        boolean ends = (flags & END_STREAM) != 0; // the end of a call's requests, often alone
        boolean little = length < MESSAGE_PREFIX_BYTES || (flags & PADDED) != 0;
        yield little && !ends ? EMPTY : 0;
      }
      // A call that ends where it begins asks nothing: no client of gRPC sends one.
      case HEADERS -> (flags & END_STREAM) != 0 ? EMPTY : 0;
      case RST_STREAM -> 0;
      case SETTINGS -> (flags & ACK) != 0 ? EMPTY : EMPTY + settings();
      case WINDOW_UPDATE -> UPDATE;
      case PING -> (flags & ACK) != 0 ? ANSWER : EMPTY;
      default -> EMPTY; // PRIORITY, CONTINUATION and what HTTP/2 does not know
    };
  }

  private int settings() {
    long open = openCalls.getAsInt() + calls - callsBefore;
    return (int) (open * EMPTY / CALLS_TO_SET);
  }
}
