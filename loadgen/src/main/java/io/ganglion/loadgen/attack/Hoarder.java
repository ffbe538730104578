package io.ganglion.loadgen.attack;

import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps as much in flight as it can. Its short deadlines would put it first, if that counted. */
final class Hoarder {
  private static final int CONNECTIONS = 4;
  private static final int ITEMS = 2_500;
  private static final Duration DEADLINE = Duration.ofMillis(50);
  private static final TextPair PAIR =
      new TextPair("It rained until the morning, and nobody minded.", "Rain fell all night.");

  private Hoarder() {}

  static void hoard(Siege siege) throws IOException {
    List<GanglionClient> clients = new ArrayList<>();
    List<ClassificationStream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        GanglionClient client =
            GanglionClient.builder()
                .target(siege.server().getHostString() + ":" + siege.server().getPort())
                .executor(Runnable::run)
                .maxAttempts(1)
                .build();
        clients.add(client);
        streams.add(client.openStream(ITEMS));
      }
      while (!siege.over()) {
        boolean room = false;
        for (ClassificationStream stream : streams) {
          room |= stream.trySend(PAIR, DEADLINE).isPresent();
        }
        if (!room) {
          siege.hold(1);
        }
      }
    } finally {
      clients.forEach(GanglionClient::closeNow);
    }
  }
}
