package io.ganglion.server.fleet;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A name server whose every name has the same addresses, which change as those of a headless
 * service do. It knows IPv4 alone, over UDP.
 */
final class NameServer implements AutoCloseable {
  private static final int HEADER_BYTES = 12;
  private static final int TYPE_A = 1;
  private static final int CLASS_IN = 1;

  private final DatagramSocket socket;
  private volatile List<InetAddress> addresses = List.of();

  NameServer() throws IOException {
    socket = new DatagramSocket(53, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
  }

  void set(List<InetAddress> now) {
    addresses = List.copyOf(now);
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // Closed, which the loop's condition tells, or a client that has gone.
      }
    }
  }

  private byte[] answer(byte[] query) throws IOException {
    int end = HEADER_BYTES;
    while (query[end] != 0) {
      end += query[end] + 1;
    }
    int type = ByteBuffer.wrap(query).getShort(end + 1);
    List<InetAddress> found = type == TYPE_A ? addresses : List.of();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2); // its number
    out.writeShort(0x8580); // an authoritative answer, no error
    out.writeShort(1);
    out.writeShort(found.size());
    out.writeInt(0);
    out.write(query, HEADER_BYTES, end + 5 - HEADER_BYTES);
    for (InetAddress address : found) {
      out.writeShort(0xC000 | HEADER_BYTES); // the name that was asked for
      out.writeShort(TYPE_A);
      out.writeShort(CLASS_IN);
      out.writeInt(1); // seconds that it may be kept
      out.writeShort(4);
      out.write(address.getAddress());
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
