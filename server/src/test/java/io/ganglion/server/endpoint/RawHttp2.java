package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** A client that writes whatever frames it likes. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int WINDOW_UPDATE = 8;
  static final int END_STREAM = 0x1;
  static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;

  private static final int LOT_BYTES = 1 << 14;

  private final Socket socket;
  private final OutputStream out;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /** Greets the server, and reads what it says on a thread of its own so that it never waits. */
  RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    Thread reader =
        new Thread(
            () -> {
              try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // It was cut.
              }
            });
    reader.setDaemon(true);
    reader.start();
    pending.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(SETTINGS, ACK, 0, new byte[0]);
  }

  RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
    pending.write(payload.length >> 16);
    pending.write(payload.length >> 8);
    pending.write(payload.length);
    pending.write(type);
    pending.write(flags);
    pending.writeBytes(number(stream));
    pending.writeBytes(payload);
    if (pending.size() >= LOT_BYTES) {
      flush();
    }
    return this;
  }

  /** Begins a call. */
  RawHttp2 call(int stream, String path) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    block.write(0x04); // :path, not to be remembered
    literal(block, path);
    block.write(0x01); // :authority
    literal(block, "test");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    return frame(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    literal(block, name);
    literal(block, value);
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(US_ASCII));
  }

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

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
