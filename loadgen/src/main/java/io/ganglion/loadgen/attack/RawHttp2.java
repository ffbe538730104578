package io.ganglion.loadgen.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A connection that writes whatever frames it likes. For one thread; what the server says is read
 * by another, unless it is to be left unread.
 */
final class RawHttp2 {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 0x1;
  static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;

  /** The largest that every server takes. */
  static final int FRAME_BYTES = 1 << 14;

  /** A literal's length has seven bits here. */
  private static final int HEADER_BYTES = 120;

  private static final String CLASSIFY = "/ganglion.v1.PairClassifier/Classify";

  private final OutputStream out;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private int stream = -1;

  private RawHttp2(Socket socket) throws IOException {
    this.out = socket.getOutputStream();
    pending.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(SETTINGS, ACK, 0, new byte[0]);
    flush();
  }

  /** Greets the server, and reads what it says and forgets it. */
  static RawHttp2 greet(Socket socket) throws IOException {
    Thread reader =
        new Thread(
            () -> {
              try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // It was cut.
              }
            },
            "reader");
    reader.setDaemon(true);
    reader.start();
    return new RawHttp2(socket);
  }

  /** Greets the server, and reads nothing. */
  static RawHttp2 greetAndReadNothing(Socket socket) throws IOException {
    return new RawHttp2(socket);
  }

  /** Appends a frame. Many are written together. */
  void frame(int type, int flags, int number, byte[] payload) throws IOException {
    pending.write(payload.length >> 16);
    pending.write(payload.length >> 8);
    pending.write(payload.length);
    pending.write(type);
    pending.write(flags);
    pending.writeBytes(number(number));
    pending.writeBytes(payload);
    if (pending.size() >= FRAME_BYTES) {
      flush();
    }
  }

  /**
   * Begins a unary call.
   *
   * @param encoding of its messages; null for none
   * @return its stream
   */
  int call(@Nullable String encoding) throws IOException {
    return headers(END_HEADERS, CLASSIFY, encoding, 0);
  }

  /** Begins a call of a method that is not there. */
  int unknownCall() throws IOException {
    return headers(END_HEADERS, "/ganglion.v1.PairClassifier/Nothing", null, 0);
  }

  /** Begins a call with so many bytes of headers that nobody knows. */
  int largeCall(int bytes) throws IOException {
    return headers(END_HEADERS, CLASSIFY, null, bytes);
  }

  /** Begins a call whose headers do not end. */
  int endlessHeaders() throws IOException {
    return headers(0, CLASSIFY, null, 0);
  }

  private int headers(int flags, String method, @Nullable String encoding, int more)
      throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    block.write(0x04); // :path, not to be remembered
    literal(block, method);
    block.write(0x01); // :authority
    literal(block, "attack");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    if (encoding != null) {
      header(block, "grpc-encoding", encoding);
    }
    for (int left = more; left > 0; left -= HEADER_BYTES) {
      header(block, "x", "y".repeat(HEADER_BYTES));
    }
    stream += 2;
    frame(HEADERS, flags, stream, block.toByteArray());
    return stream;
  }

  /** A literal that is not to be remembered. */
  static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    literal(block, name);
    literal(block, value);
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(US_ASCII));
  }

  /** Sends bytes of a call in frames. */
  void data(int number, byte[] bytes, boolean end) throws IOException {
    for (int at = 0; at < bytes.length || at == 0; at += FRAME_BYTES) {
      int length = Math.min(FRAME_BYTES, bytes.length - at);
      boolean last = at + length == bytes.length;
      byte[] part = java.util.Arrays.copyOfRange(bytes, at, at + length);
      frame(DATA, last && end ? END_STREAM : 0, number, part);
    }
  }

  /** Four bytes, the highest first. */
  static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  void flush() throws IOException {
    out.write(pending.toByteArray());
    out.flush();
    pending.reset();
  }
}
