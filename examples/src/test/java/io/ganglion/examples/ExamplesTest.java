package io.ganglion.examples;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.GanglionClient;
import io.ganglion.client.ScriptedServer;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.client.ScriptedServer.Script;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExamplesTest {
  private interface Program {
    void run() throws Exception;
  }

  private static String outputOf(Program program) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onePairGetsItsAnswer() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(outputOf(() -> HelloPair.main(new String[] {server.target()})))
          .isEqualToIgnoringNewLines("not_paraphrase, probability 0.750");
    }
  }

  @Test
  void everyPairOfAStreamGetsItsAnswer() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(outputOf(() -> MillionPairs.main(new String[] {server.target(), "5000"})))
          .contains("5000 pairs: 4000 of label 0, 1000 of others, 0 without an answer");
    }
  }

  @Test
  void aServiceTurnsFailuresIntoStatusCodes() throws Exception {
    Script script =
        (text, times) -> text.isEmpty() ? new Act.Fail(Status.Code.INVALID_ARGUMENT, 0) : ANSWER;
    try (ScriptedServer server = ScriptedServer.start(script);
        GanglionClient client = GanglionClient.builder().target(server.target()).build();
        ParaphraseService service = new ParaphraseService(client, 0)) {
      HttpResponse<String> good = get(service, "?a=one+text&b=one+text");
      assertThat(good.statusCode()).isEqualTo(200);
      assertThat(good.body()).isEqualToIgnoringNewLines("paraphrase 0.7500");
      assertThat(get(service, "").statusCode()).isEqualTo(400);
    }
  }

  private static HttpResponse<String> get(ParaphraseService service, String query)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + service.port() + "/paraphrase" + query);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
