package io.ganglion.client;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link GanglionClient}. Not thread-safe; each {@link #build} makes a client of its
 * own.
 *
 * <pre>{@code
 * GanglionClient client =
 *     GanglionClient.builder()
 *         .target("dns:///ganglion.internal:60061")
 *         .trust(Path.of("ca.pem"))
 *         .bearerToken(tokens::current)
 *         .deadline(Duration.ofMillis(300))
 *         .hedgeAfter(Duration.ofMillis(50))
 *         .build();
 * }</pre>
 */
public final class GanglionClientBuilder {
  private static final Duration STREAM_AGE = Duration.ofSeconds(10);

  private final Endpoint.Builder endpoint = new Endpoint.Builder();
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private @Nullable Channel channel;
  private int connections = 1;
  private Duration deadline = Duration.ofSeconds(30);
  private int maxAttempts = 5;
  private double retryBudget = 0.2;
  private @Nullable Duration hedgeAfter;
  private int streamInFlight = 256;
  private Executor executor = ForkJoinPool.commonPool();

  GanglionClientBuilder() {}

  /**
   * Where to connect: one server, or several for the load to be spread over. A connection on which
   * nothing comes any more is left: after 13 s where a call is open, and after 2 s where calls have
   * expired on it.
   *
   * @param targets {@code host:port} or {@code [IPv6 address]:port}, several of them, or one name
   *     that gRPC resolves, as {@code dns:///name:port} for all addresses of a name, or {@code
   *     xds:///service} where {@code grpc-xds} is on the class path; balancing is then the control
   *     plane's, TLS what is set here. The port is 60061 where it is left out
   * @return this
   */
  public GanglionClientBuilder target(String... targets) {
    endpoint.targets(List.of(targets));
    return this;
  }

  /**
   * Uses a channel of the caller's, as an in-process one, instead of opening connections. The
   * client does not close it; what a channel decides (TLS, balancing) cannot be set here too, and
   * it is the channel's business to leave connections that are dead.
   *
   * @param channel a channel that outlives the client
   * @return this
   */
  public GanglionClientBuilder channel(Channel channel) {
    this.channel = channel;
    return this;
  }

  /**
   * How many connections to open to the target; one carries tens of thousands of requests a second.
   *
   * @param connections from 1 to 64, 1 unless set
   * @return this
   */
  public GanglionClientBuilder connections(int connections) {
    if (connections < 1 || connections > 64) {
      throw new IllegalArgumentException("connections must be from 1 to 64: " + connections);
    }
    this.connections = connections;
    return this;
  }

  /**
   * Sends each request to the less busy of two servers chosen at random, instead of each in turn.
   *
   * @return this
   */
  public GanglionClientBuilder leastRequest() {
    endpoint.leastRequest();
    return this;
  }

  /**
   * Uses TLS and trusts the certificates that the JVM trusts.
   *
   * @return this
   */
  public GanglionClientBuilder tls() {
    endpoint.tls();
    return this;
  }

  /**
   * Uses TLS and trusts the servers that these certificates vouch for.
   *
   * @param certificates a PEM file
   * @return this
   */
  public GanglionClientBuilder trust(Path certificates) {
    endpoint.trust(certificates);
    return this;
  }

  /**
   * Uses TLS and shows this certificate to the server (mTLS).
   *
   * @param chain a PEM file with the client's certificate and those above it
   * @param privateKey a PEM file with its PKCS#8 key, not encrypted
   * @return this
   */
  public GanglionClientBuilder identity(Path chain, Path privateKey) {
    endpoint.identity(chain, privateKey);
    return this;
  }

  /**
   * Sends {@code authorization: Bearer} with every call.
   *
   * @param token asked once a call; must not block
   * @return this
   */
  public GanglionClientBuilder bearerToken(Supplier<String> token) {
    interceptors.add(new BearerToken(token));
    return this;
  }

  /**
   * Adds an interceptor to every call; the last added is called first.
   *
   * @param interceptor must be thread-safe
   * @return this
   */
  public GanglionClientBuilder intercept(ClientInterceptor interceptor) {
    interceptors.add(interceptor);
    return this;
  }

  /**
   * How long a request may take that brings no deadline of its own, retries included.
   *
   * @param deadline positive, 30 s unless set; more than ten years counts as ten
   * @return this
   */
  public GanglionClientBuilder deadline(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  /**
   * How often one request may be sent to a server, when servers answer UNAVAILABLE or
   * RESOURCE_EXHAUSTED or are lost. While no server can be reached at all, it waits for one until
   * its deadline.
   *
   * @param attempts 5 unless set; 1 sends nothing twice and waits for no server
   * @return this
   */
  public GanglionClientBuilder maxAttempts(int attempts) {
    this.maxAttempts = attempts;
    return this;
  }

  /**
   * The share of retries and hedges in the traffic, once a burst of 1000 of them is used up.
   *
   * @param ratio from 0 to 1, 0.2 unless set
   * @return this
   */
  public GanglionClientBuilder retryBudget(double ratio) {
    this.retryBudget = ratio;
    return this;
  }

  /**
   * Sends a unary request a second time when it has no answer by then, and takes the first answer.
   * Items of streams are not hedged: a copy would follow the first to the same server, behind it.
   *
   * @param delay a little above the usual latency; no hedging unless set
   * @return this
   */
  public GanglionClientBuilder hedgeAfter(Duration delay) {
    this.hedgeAfter = delay;
    return this;
  }

  /**
   * Most items without an answer on a stream that is opened without saying.
   *
   * @param items 256 unless set
   * @return this
   */
  public GanglionClientBuilder streamInFlight(int items) {
    this.streamInFlight = items;
    return this;
  }

  /**
   * Where futures complete. With {@code Runnable::run} they complete on network threads, which is
   * fastest, and no continuation may then block.
   *
   * @param executor the common pool unless set
   * @return this
   */
  public GanglionClientBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  /**
   * Makes the client; it connects with its first request.
   *
   * @return a new client
   * @throws IllegalArgumentException when a setting is wrong, or two of them exclude each other
   */
  public GanglionClient build() {
    Channel given = channel;
    if (given != null) {
      endpoint.requireUnset();
      return client(List.of(intercepted(given)), List.of(), null);
    }
    List<ManagedChannel> owned = new ArrayList<>(connections);
    Endpoint to = endpoint.build();
    for (int i = 0; i < connections; i++) {
      owned.add(to.open(interceptors));
    }
    return client(owned, List.copyOf(owned), to.severalServers() ? STREAM_AGE : null);
  }

  private Channel intercepted(Channel given) {
    return io.grpc.ClientInterceptors.intercept(given, interceptors);
  }

  private GanglionClient client(
      List<? extends Channel> channels, List<ManagedChannel> owned, @Nullable Duration streamAge) {
    RetryPolicy retry = new RetryPolicy(maxAttempts, Duration.ofMillis(50), Duration.ofSeconds(1));
    ClientConfig config =
        new ClientConfig(
            deadline, retry, retryBudget, hedgeAfter, streamInFlight, streamAge, executor);
    return new GanglionClient(new ClientContext(config, channels), owned);
  }
}
