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
 * Settings of a {@link GanglionClient}. Not thread-safe. Each {@link #build} makes a new client.
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
  private final List<ClientObserver> observers = new ArrayList<>();

  GanglionClientBuilder() {}

  /**
   * Sets where to connect: one server, or several to spread the load. Names are looked up every 5
   * s. A connection on which nothing comes is given up after 13 s if a call is open, and after 2 s
   * if calls have expired on it. With several servers no new call goes to it after 2 s, and 2 s
   * later its calls go elsewhere, if that server accepts no new connection. xDS does neither.
   *
   * @param targets {@code host:port} or {@code [IPv6 address]:port}, several of them, or one name
   *     that gRPC resolves, as {@code dns:///name:port} for all addresses of a name, or {@code
   *     xds:///service} if {@code grpc-xds} is on the class path. With xDS the control plane sets
   *     the balancing, and this builder sets TLS. The default port is 60061
   * @return this
   */
  public GanglionClientBuilder target(String... targets) {
    endpoint.targets(List.of(targets));
    return this;
  }

  /**
   * Uses the caller's channel, such as an in-process one, instead of opening connections. The
   * client does not close it. TLS and balancing are then settings of the channel and cannot be set
   * here. The channel must itself give up dead connections.
   *
   * @param channel a channel that outlives the client
   * @return this
   */
  public GanglionClientBuilder channel(Channel channel) {
    this.channel = channel;
    return this;
  }

  /**
   * Sets how many connections to open to the target. One carries tens of thousands of requests a
   * second.
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
   * Sends each request to the less busy of two servers chosen at random, instead of to each in
   * turn.
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
   * Uses TLS and trusts servers by these certificates.
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
   * @param token called once for each call; must not block
   * @return this
   */
  public GanglionClientBuilder bearerToken(Supplier<String> token) {
    interceptors.add(new BearerToken(token));
    return this;
  }

  /**
   * Sends the token of a file with every call, as {@link #bearerToken} does. The file is read again
   * every ten seconds of use; if it is missing then, the last token is sent.
   *
   * @param file holds the token alone
   * @return this
   * @throws java.io.UncheckedIOException if the file cannot be read now
   */
  public GanglionClientBuilder bearerTokenFile(Path file) {
    return bearerToken(TokenFile.open(file, System::nanoTime));
  }

  /**
   * Adds an interceptor to every call. The last one added is called first.
   *
   * @param interceptor must be thread-safe
   * @return this
   */
  public GanglionClientBuilder intercept(ClientInterceptor interceptor) {
    interceptors.add(interceptor);
    return this;
  }

  /**
   * Sets the deadline of requests that have none of their own, including retries.
   *
   * @param deadline positive; default 30 s; more than ten years counts as ten
   * @return this
   */
  public GanglionClientBuilder deadline(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  /**
   * Sets how often one request may be sent, if servers answer UNAVAILABLE or RESOURCE_EXHAUSTED or
   * are lost. While no server can be reached, a request waits for one until its deadline.
   *
   * @param attempts default 5; with 1, nothing is sent twice and no request waits for a server
   * @return this
   */
  public GanglionClientBuilder maxAttempts(int attempts) {
    this.maxAttempts = attempts;
    return this;
  }

  /**
   * Sets the share of retries and hedges in the traffic, once a burst of 1000 of them is used up.
   *
   * @param ratio from 0 to 1; default 0.2
   * @return this
   */
  public GanglionClientBuilder retryBudget(double ratio) {
    this.retryBudget = ratio;
    return this;
  }

  /**
   * Sends a unary request a second time if it has no answer after {@code delay}, and takes the
   * first answer. Items of streams are not hedged: the copy would go to the same server and wait
   * behind the original.
   *
   * @param delay a little above the usual latency; by default nothing is hedged
   * @return this
   */
  public GanglionClientBuilder hedgeAfter(Duration delay) {
    this.hedgeAfter = delay;
    return this;
  }

  /**
   * Sets the default bound on a stream's unanswered items.
   *
   * @param items default 256
   * @return this
   */
  public GanglionClientBuilder streamInFlight(int items) {
    this.streamInFlight = items;
    return this;
  }

  /**
   * Sets where futures complete. With {@code Runnable::run} they complete on network threads, which
   * is fastest. Continuations must then not block.
   *
   * @param executor default: the common pool
   * @return this
   */
  public GanglionClientBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  /**
   * Adds an observer of this client's requests, such as that of {@code ganglion-client-micrometer}.
   *
   * @param observer must be thread-safe and must not block
   * @return this
   */
  public GanglionClientBuilder observer(ClientObserver observer) {
    observers.add(observer);
    return this;
  }

  /**
   * Makes the client. It connects with its first request.
   *
   * @return a new client
   * @throws IllegalArgumentException if a setting is wrong, or two settings exclude each other
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
            deadline,
            retry,
            retryBudget,
            hedgeAfter,
            streamInFlight,
            streamAge,
            executor,
            observers);
    return new GrpcClient(new ClientContext(config, channels), owned);
  }
}
