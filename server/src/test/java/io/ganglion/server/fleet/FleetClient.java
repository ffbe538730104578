package io.ganglion.server.fleet;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.client.AdsServer;
import io.ganglion.client.GanglionClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The client of a fleet, in a process and a namespace of its own. It asks at a steady rate,
 * whatever becomes of the answers, and takes commands from its input:
 *
 * <pre>
 * servers ADDRESS...   these are what the fleet's name stands for from now on
 * phase                print what the phase before it brought, as a line of {@link Phase}
 * </pre>
 *
 * <p>It ends with its input, once each request has an end.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a request is counted
public final class FleetClient {
  static final int PORT = 60061;
  private static final String NAME = "fleet.test";
  private static final int TEXTS = 50;
  private static final long BETWEEN_NS = TimeUnit.SECONDS.toNanos(1) / 300;

  private final GanglionClient client;
  private final List<Classification> expected = new ArrayList<>();
  private final Phase.Counter counter;
  private volatile boolean ended;

  private FleetClient(GanglionClient client, Phase.Counter counter) {
    this.client = client;
    this.counter = counter;
  }

  /** Takes {@code dns} or {@code xds}, by which it finds the servers, and a folder of its own. */
  public static void main(String[] args) throws Exception {
    Names names = args[0].equals("dns") ? Names.byDns() : Names.byXds(Path.of(args[1]));
    Phase.Counter counter = new Phase.Counter();
    try (names;
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      names.set(addresses(commands.readLine()));
      try (GanglionClient client =
          GanglionClient.builder().target(names.target()).intercept(counter).build()) {
        new FleetClient(client, counter).run(names, commands);
      }
    }
  }

  private static List<String> addresses(String command) {
    String[] words = command.split(" ", -1);
    return List.of(words).subList(1, words.length);
  }

  private void run(Names names, BufferedReader commands) throws Exception {
    for (int text = 0; text < TEXTS; text++) {
      expected.add(client.classify(pair(text), Duration.ofMinutes(1)).join());
    }
    counter.phase(); // what came before the load
    Thread load = new Thread(this::load, "load");
    load.start();
    System.out.println("loading");
    String command;
    while ((command = commands.readLine()) != null) {
      if (command.startsWith("servers")) {
        names.set(addresses(command));
      } else {
        System.out.println(counter.phase());
      }
    }
    ended = true;
    load.join();
  }

  private static TextPair pair(int text) {
    return new TextPair("cat ".repeat(text + 1), "the other text");
  }

  private void load() {
    long next = System.nanoTime();
    for (int item = 0; !ended; item++) {
      int text = item % TEXTS;
      long start = next;
      Phase.Request request = counter.sent();
      client
          .classify(pair(text))
          .whenComplete(
              (answer, thrown) ->
                  request.ended(
                      System.nanoTime() - start, thrown, thrown == null && right(text, answer)));
      next += BETWEEN_NS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private boolean right(int text, Classification answer) {
    Classification one = expected.get(text);
    return answer.inputTokens() == one.inputTokens()
        && answer.probabilities().equals(one.probabilities());
  }

  /** By what the client finds the servers. */
  private interface Names extends AutoCloseable {
    void set(List<String> addresses) throws IOException;

    String target();

    static Names byDns() throws IOException {
      NameServer server = new NameServer();
      return new Names() {
        @Override
        public void set(List<String> addresses) throws IOException {
          List<InetAddress> all = new ArrayList<>();
          for (String address : addresses) {
            all.add(InetAddress.getByName(address));
          }
          server.set(all);
        }

        @Override
        public String target() {
          return "dns:///" + NAME + ":" + PORT;
        }

        @Override
        public void close() {
          server.close();
        }
      };
    }

    static Names byXds(Path folder) throws IOException {
      AdsServer controlPlane = new AdsServer();
      Path bootstrap = folder.resolve("bootstrap.json");
      Files.writeString(bootstrap, controlPlane.bootstrap());
      System.setProperty("io.grpc.xds.bootstrap", bootstrap.toString());
      return new Names() {
        @Override
        public void set(List<String> addresses) {
          controlPlane.set(addresses.stream().map(one -> one + ":" + PORT).toList());
        }

        @Override
        public String target() {
          return "xds:///" + NAME;
        }

        @Override
        public void close() {
          controlPlane.close();
        }
      };
    }

    @Override
    void close();
  }
}
