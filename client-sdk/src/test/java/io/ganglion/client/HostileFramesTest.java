package io.ganglion.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.TextPair;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that speak HTTP/2, but not as a server of gRPC does: every call ends by its deadline. */
@Timeout(60)
class HostileFramesTest {
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;
  private static final int END_STREAM = 1;
  private static final int FRAME_BYTES = 1 << 14;
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** What the server does on each connection, once a call has come or at once. */
  enum Deed {
    NO_SETTINGS {
      @Override
      void begin(Frames to) {}
    },
    NO_CALLS_ALLOWED {
      @Override
      void begin(Frames to) throws IOException {
        to.frame(SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 0});
      }
    },
    GOES_AWAY_AT_ONCE {
      @Override
      void begin(Frames to) throws IOException {
        super.begin(to);
        to.frame(GOAWAY, 0, 0, new byte[8]);
      }
    },
    A_WEB_PAGE {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(END_HEADERS, call, ":status", "200", "content-type", "text/html");
        to.frame(0, END_STREAM, call, "<html>".getBytes(US_ASCII));
      }
    },
    A_STATUS_THAT_IS_NONE {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(
            END_HEADERS | END_STREAM,
            call,
            ":status",
            "200",
            "content-type",
            "application/grpc",
            "grpc-status",
            "no number");
      }
    },
    AN_END_WITHOUT_STATUS {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(END_HEADERS, call, ":status", "200", "content-type", "application/grpc");
        to.frame(0, END_STREAM, call, new byte[0]);
      }
    },
    OK_WITHOUT_AN_ANSWER {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(
            END_HEADERS | END_STREAM,
            call,
            ":status",
            "200",
            "content-type",
            "application/grpc",
            "grpc-status",
            "0");
      }
    },
    PROVISIONAL_ANSWERS_ALONE {
      @Override
      void answer(Frames to, int call) throws IOException {
        for (int i = 0; i < 1_000; i++) {
          to.headers(END_HEADERS, call, ":status", "103");
        }
      }
    },
    HEADERS_WITHOUT_AN_END {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(0, call, ":status", "200");
        while (true) {
          to.frame(CONTINUATION, 0, call, Frames.block("x", "y".repeat(100)));
        }
      }
    },
    A_MEGABYTE_OF_HEADERS {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(0, call, ":status", "200");
        for (int i = 0; i < 10_000; i++) {
          to.frame(CONTINUATION, 0, call, Frames.block("x", "y".repeat(100)));
        }
        to.frame(CONTINUATION, END_HEADERS, call, Frames.block("x", "y"));
      }
    },
    A_MESSAGE_OF_2_GB {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.headers(END_HEADERS, call, ":status", "200", "content-type", "application/grpc");
        to.frame(0, 0, call, new byte[] {0, 0x7f, -1, -1, -1, 1, 2, 3});
      }
    },
    PINGS_WITHOUT_END {
      @Override
      void answer(Frames to, int call) throws IOException {
        while (true) {
          to.frame(PING, 0, 0, new byte[8]);
        }
      }
    },
    SETTINGS_WITHOUT_END {
      @Override
      void answer(Frames to, int call) throws IOException {
        while (true) {
          to.frame(SETTINGS, 0, 0, new byte[0]);
        }
      }
    },
    A_PUSH {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.frame(PUSH_PROMISE, END_HEADERS, call, new byte[] {0, 0, 0, 2});
      }
    },
    A_FRAME_TOO_LARGE {
      @Override
      void answer(Frames to, int call) throws IOException {
        to.frame(0, 0, call, new byte[FRAME_BYTES + 1]);
      }
    };

    void begin(Frames to) throws IOException {
      to.frame(SETTINGS, 0, 0, new byte[0]);
    }

    void answer(Frames to, int call) throws IOException {}
  }

  /** One connection, as its server writes it. */
  private record Frames(OutputStream out) {
    void frame(int type, int flags, int stream, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(payload.length >> 16);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
      frame.write(type);
      frame.write(flags);
      for (int shift = 24; shift >= 0; shift -= 8) {
        frame.write(stream >> shift);
      }
      frame.writeBytes(payload);
      out.write(frame.toByteArray());
      out.flush();
    }

    void headers(int flags, int stream, String... namesAndValues) throws IOException {
      frame(HEADERS, flags, stream, block(namesAndValues));
    }

    /** Literals that are not to be remembered. */
    static byte[] block(String... namesAndValues) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      for (int i = 0; i < namesAndValues.length; i++) {
        if (i % 2 == 0) {
          block.write(0);
        }
        block.write(namesAndValues[i].length());
        block.writeBytes(namesAndValues[i].getBytes(US_ASCII));
      }
      return block.toByteArray();
    }
  }

  private final CountDownLatch over = new CountDownLatch(1);

  private void serve(ServerSocket listener, Deed deed) {
    while (over.getCount() > 0) {
      try {
        Socket socket = listener.accept();
        start(() -> connection(socket, deed));
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private void connection(Socket socket, Deed deed) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Frames to = new Frames(socket.getOutputStream());
      in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      deed.begin(to);
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.readNBytes(length);
        if (type == SETTINGS && (flags & 1) == 0) {
          to.frame(SETTINGS, 1, 0, new byte[0]);
        }
        if (type == HEADERS) {
          start(() -> answer(to, deed, stream));
        }
      }
    } catch (IOException e) {
      // The client has left.
    }
  }

  private static void answer(Frames to, Deed deed, int call) {
    try {
      deed.answer(to, call);
    } catch (IOException e) {
      // The client has left.
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCallEndsByItsDeadlineAndTheClientCloses(Deed deed) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      start(() -> serve(listener, deed));
      GanglionClient client =
          GanglionClient.builder().target("127.0.0.1:" + listener.getLocalPort()).build();
      long begunNs = System.nanoTime();
      CompletableFuture<?> call = client.classify(new TextPair("a", "b"), DEADLINE);
      assertThat(call).failsWithin(Duration.ofSeconds(20));
      client.close();
      long tookNs = System.nanoTime() - begunNs;
      assertThat(tookNs).isLessThan(TimeUnit.SECONDS.toNanos(30));
    } finally {
      over.countDown();
    }
  }
}
