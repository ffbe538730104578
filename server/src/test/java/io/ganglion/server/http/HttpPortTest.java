package io.ganglion.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.server.grpc.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Probes never wait for a client or a page. */
@Timeout(30)
class HttpPortTest {
  private final Semaphore pageMayEnd = new Semaphore(0);
  private final List<Socket> clients = new ArrayList<>();
  private HttpPort port;

  private static Page.Answer text(String text) {
    return new Page.Answer(200, Map.of("Content-Type", "text/plain"), text.getBytes(US_ASCII));
  }

  private void open(Duration patience) throws IOException {
    port =
        HttpPort.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Map.of("/healthz", question -> text("ok")),
            Map.of(
                "/slow",
                question -> {
                  pageMayEnd.acquireUninterruptibly();
                  return text(question.query());
                },
                "/broken",
                question -> {
                  throw new NoClassDefFoundError("Text");
                }),
            patience,
            new TestServer.Events());
  }

  @BeforeEach
  void open() throws IOException {
    open(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() throws IOException {
    pageMayEnd.release(100);
    for (Socket client : clients) {
      client.close();
    }
    port.close();
  }

  private Socket send(String bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port());
    clients.add(socket);
    socket.getOutputStream().write(bytes.getBytes(US_ASCII));
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  private String get(String path) throws IOException {
    return answer(send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  @Test
  void oneByteFromManyClientsTakesNoProbeAway() throws Exception {
    for (int i = 0; i < 3 * HttpPort.MAX_CONNECTIONS; i++) {
      send("G");
      if (i % 16 == 0) {
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ").endsWith("ok");
      }
    }
  }

  @Test
  void aPageThatHangsTakesNoProbeAwayAndTheScrapesBehindItAreBounded() throws Exception {
    List<Socket> scrapers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      scrapers.add(send("GET /slow?all HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    assertThat(get("/healthz")).endsWith("ok");
    // Two pages are being made, and eight wait.
    Conditions.await(() -> scrapers.stream().filter(HttpPortTest::answered).count() == 20 - 10);
    pageMayEnd.release(20);
    int made = 0;
    for (Socket scraper : scrapers) {
      String answer = answer(scraper);
      assertThat(answer).matches("(?s)HTTP/1.1 (200 .*all|503 .*too many.*)");
      made += answer.startsWith("HTTP/1.1 200 ") ? 1 : 0;
    }
    assertThat(made).isEqualTo(10);
  }

  @Test
  void aPageThatHangsLeavesAThreadForTheOthers() throws Exception {
    Socket hanging = send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 3; i++) {
      assertThat(get("/broken")).startsWith("HTTP/1.1 500 ");
    }
    assertThat(answered(hanging)).isFalse();
  }

  private static boolean answered(Socket socket) {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aClientThatSendsHalfARequestIsClosedAfterAWhile() throws Exception {
    port.close();
    open(Duration.ofMillis(100));
    assertThat(answer(send("GET /healthz HT"))).isEmpty();
  }

  @Test
  void aPageThatDiesOfAnErrorIsAnAnswerAndTheNextOneIsMade() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(get("/broken")).startsWith("HTTP/1.1 500 ").contains("NoClassDefFoundError");
    }
  }

  @Test
  void whatIsNotThereOrNotHttpIsSaidSo() throws Exception {
    assertThat(get("/nothing")).startsWith("HTTP/1.1 404 ");
    assertThat(answer(send("POST /healthz HTTP/1.1\r\nHost: x\r\n\r\n")))
        .startsWith("HTTP/1.1 405 ");
    assertThat(answer(send("nonsense\r\n\r\n"))).startsWith("HTTP/1.1 400 ");
    assertThat(answer(send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("content-length: 2")
        .doesNotEndWith("ok");
  }
}
