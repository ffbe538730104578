package io.ganglion.server.wire.ganglion;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ganglion.api.Conditions;
import io.ganglion.client.RawMessages;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server keeps serving after any bytes, and leaks no file handle and no thread. */
class MalformedInputTest {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Test
  @Timeout(60)
  void hundredsOfMalformedInputsHarmNobody() throws Exception {
    attack(400, 1);
  }

  @Test
  @Tag("proof")
  @Timeout(900)
  void tenThousandMalformedInputsHarmNobody() throws Exception {
    attack(10_000, System.nanoTime());
  }

  private static void attack(int inputs, long seed) throws Exception {
    Random random = new Random(seed);
    try (TestServer server = new TestServer()) {
      PairClassifierGrpc.PairClassifierBlockingStub client = server.blocking();
      ManagedChannel channel = server.channel();
      assertThat(client.classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
      brokenMessage(channel, random); // both channels are connected before anything is counted
      long files = openFiles();
      int threads = Thread.activeCount();
      List<Socket> halfOpen = new ArrayList<>();
      for (int i = 0; i < inputs; i++) {
        switch (random.nextInt(4)) {
          case 0 -> brokenMessage(channel, random);
          case 1 -> rawBytes(server.endpoint.port(), random);
          case 2 -> wrongFrames(server.endpoint.port(), random);
          default -> halfOpen(server.endpoint.port(), random, halfOpen);
        }
        if (i % 100 == 0) {
          assertThat(client.classify(TestServer.pair(60)).getLabelIndex())
              .as("seed %s, input %s", seed, i)
              .isEqualTo(1);
        }
      }
      for (Socket socket : halfOpen) {
        socket.close();
      }
      assertThat(client.classify(TestServer.pair(6)).getLabelIndex()).isZero();
      Conditions.await(() -> openFiles() <= files + 2);
      Conditions.await(() -> server.events.connections.get() <= 2);
      assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 8); // event loops that woke up
      assertThat(server.events.streams.get()).isZero();
    }
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /** A valid call with an invalid message or method. */
  private static void brokenMessage(ManagedChannel channel, Random random) {
    String[] methods = {
      "ganglion.v1.PairClassifier/Classify",
      "ganglion.v1.PairClassifier/GetModel",
      "mrpc.mrpc/paraphrase",
      "ganglion.v1.PairClassifier/Nothing",
      "nobody.Here/Call"
    };
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(RawMessages.MARSHALLER, RawMessages.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(methods[random.nextInt(methods.length)])
            .build();
    byte[] message = new byte[random.nextInt(20) == 0 ? 5 << 20 : 1 + random.nextInt(300)];
    random.nextBytes(message);
    try {
      ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, message);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode())
          .isIn(
              Status.Code.INVALID_ARGUMENT,
              Status.Code.INTERNAL,
              Status.Code.CANCELLED,
              Status.Code.UNKNOWN,
              Status.Code.UNIMPLEMENTED,
              Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  private static void rawBytes(int port, Random random) throws IOException {
    byte[] bytes = new byte[1 + random.nextInt(2_000)];
    random.nextBytes(bytes);
    send(port, bytes);
  }

  /** A valid preface, then frames of random type, flags, stream and length. */
  private static void wrongFrames(int port, Random random) throws IOException {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    bytes.writeBytes(PREFACE);
    bytes.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
    for (int frame = 0; frame < 1 + random.nextInt(8); frame++) {
      byte[] payload = new byte[random.nextInt(120)];
      random.nextBytes(payload);
      int declared = random.nextInt(4) == 0 ? random.nextInt(1 << 24) : payload.length;
      bytes.write(declared >> 16);
      bytes.write(declared >> 8);
      bytes.write(declared);
      bytes.write(random.nextInt(12));
      bytes.write(random.nextInt(256));
      bytes.writeBytes(new byte[] {0, 0, 0, (byte) random.nextInt(8)});
      bytes.writeBytes(payload);
    }
    send(port, bytes.toByteArray());
  }

  private static void send(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // until the server closes, or is silent
      }
    } catch (java.net.SocketTimeoutException | java.net.SocketException e) {
      // the server may wait for more or reset the connection
      return;
    }
  }

  /** Opens a connection, sends half a preface and leaves. */
  private static void halfOpen(int port, Random random, List<Socket> open) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(PREFACE, 0, random.nextInt(PREFACE.length));
    open.add(socket);
    if (open.size() > 100) {
      open.remove(0).close();
    }
  }
}
