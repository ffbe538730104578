package io.ganglion.client.testing;

import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.GanglionClientBuilder;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.Task;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A Ganglion server in memory whose replies a test scripts, with real clients: retries, hedges,
 * deadlines and streams behave as in production. Thread-safe.
 *
 * <pre>{@code
 * try (FakeGanglion fake =
 *         FakeGanglion.start(
 *             List.of("no", "yes"),
 *             (pair, times) -> times == 1 ? FakeReply.unavailable() : FakeReply.label("yes"));
 *     GanglionClient client = fake.client()) {
 *   assertEquals("yes", client.blocking().classify("a", "b").label()); // after a retry
 *   assertEquals(2, fake.received().size());
 * }
 * }</pre>
 */
public final class FakeGanglion implements AutoCloseable {
  /**
   * Decides what becomes of a request. Called on any thread; must not block. Of a call with many
   * texts it is asked about each: a query with each of its documents is a pair, a text to embed or
   * to tag a single one.
   */
  @FunctionalInterface
  public interface Script {
    /**
     * Replies to a request.
     *
     * @param pair what is asked
     * @param times how often this pair has come, this time included
     * @return what the server does
     */
    FakeReply reply(TextPair pair, int times);
  }

  private final Queue<TextPair> received = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(FakeGanglion::daemon);
  private final Server server;
  private final ManagedChannel channel;

  private FakeGanglion(GetModelResponse model, Script script) {
    String name = InProcessServerBuilder.generateName();
    try {
      this.server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(new FakeService(model, script, received::add, timer))
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fake-ganglion-timer");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a server that answers every pair with the same label.
   *
   * @param labels the model's labels, in index order
   * @param label the answer, one of them
   * @return a running server; close it
   */
  public static FakeGanglion answering(List<String> labels, String label) {
    FakeReply reply = FakeReply.label(label);
    return start(labels, (pair, times) -> reply);
  }

  /**
   * Starts a server that classifies and, if there is one label, reranks, as a script says.
   *
   * @param labels the model's labels, in index order; at least one
   * @param script decides on each request
   * @return a running server; close it
   */
  public static FakeGanglion start(List<String> labels, Script script) {
    return new FakeGanglion(
        FakeAnswers.model(Task.Kind.SEQUENCE_CLASSIFICATION, labels, 0), script);
  }

  /**
   * Starts a server that gives vectors, as a script says.
   *
   * @param dimensions number of values of a vector
   * @param script decides on each text
   * @return a running server; close it
   */
  public static FakeGanglion embedding(int dimensions, Script script) {
    return new FakeGanglion(
        FakeAnswers.model(Task.Kind.SEQUENCE_EMBEDDING, List.of(), dimensions), script);
  }

  /**
   * Starts a server that finds entities, as a script says.
   *
   * @param labels the model's labels, in index order; at least one
   * @param script decides on each text
   * @return a running server; close it
   */
  public static FakeGanglion tagging(List<String> labels, Script script) {
    return new FakeGanglion(FakeAnswers.model(Task.Kind.TOKEN_CLASSIFICATION, labels, 0), script);
  }

  /**
   * Makes a client of this server with the default settings.
   *
   * @return a new client; close it before the server
   */
  public GanglionClient client() {
    return clientBuilder().build();
  }

  /**
   * Settings of a new client of this server, such as its deadline or the number of attempts.
   *
   * @return a builder with everything that it needs
   */
  public GanglionClientBuilder clientBuilder() {
    return GanglionClient.builder().channel(channel);
  }

  /**
   * What was asked so far, retries and hedges included.
   *
   * @return a copy, in the order of arrival
   */
  public List<TextPair> received() {
    return List.copyOf(received);
  }

  /** Stops the server. Requests without a reply fail as UNAVAILABLE. */
  @Override
  public void close() {
    timer.shutdownNow();
    channel.shutdownNow();
    server.shutdownNow();
  }
}
