package io.ganglion.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.client.GanglionClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service in front of Ganglion, without a framework: {@code GET /paraphrase?a=...&b=...} answers
 * {@code label probability}. No thread waits for an answer. The SDK's failures become HTTP status
 * codes.
 */
public final class ParaphraseService implements AutoCloseable {
  private final GanglionClient client;
  private final HttpServer http;

  /**
   * Starts the service.
   *
   * @param client stays the caller's
   * @param port 0 for a free one
   * @throws IOException when the port is taken
   */
  public ParaphraseService(GanglionClient client, int port) throws IOException {
    this.client = client;
    this.http = HttpServer.create(new InetSocketAddress(port), 128);
    http.createContext("/paraphrase", this::answer);
    http.start();
  }

  /**
   * Serves until it is killed: {@code ParaphraseService [host:port [http-port]]}.
   *
   * @param args the Ganglion server, and the port to serve on
   * @throws IOException when the port is taken
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    String target = args.length > 0 ? args[0] : "127.0.0.1:60061";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8080;
    GanglionClient client =
        GanglionClient.builder().target(target).deadline(Duration.ofMillis(500)).build();
    try (client;
        ParaphraseService service = new ParaphraseService(client, port)) {
      System.out.println("http://localhost:" + service.port() + "/paraphrase?a=...&b=...");
      Thread.currentThread().join();
    }
  }

  /**
   * Where it listens.
   *
   * @return the port
   */
  public int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a failure in reply() ends its exchange
  private void answer(HttpExchange exchange) {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    client
        .classify(query.getOrDefault("a", ""), query.getOrDefault("b", ""))
        .whenComplete((answer, failure) -> reply(exchange, answer, failure));
  }

  private static void reply(
      HttpExchange exchange, @Nullable Classification answer, @Nullable Throwable failure) {
    int status = answer != null ? 200 : statusOf(failure);
    String text =
        answer != null
            ? String.format(Locale.ROOT, "%s %.4f%n", answer.label(), answer.probability())
            : String.valueOf(failure == null ? null : failure.getMessage()) + "\n";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("the caller went away", e);
    }
  }

  private static int statusOf(@Nullable Throwable failure) {
    if (failure instanceof GanglionException.InvalidRequest) {
      return 400;
    } else if (failure instanceof GanglionException.Overloaded) {
      return 429;
    } else if (failure instanceof GanglionException.Unavailable) {
      return 503;
    } else if (failure instanceof GanglionException.DeadlineExceeded) {
      return 504;
    }
    return 500;
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> values = new HashMap<>();
    for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.put(
            part.substring(0, equals),
            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return values;
  }
}
