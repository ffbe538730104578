package io.ganglion.loadgen;

import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.cli.FailureException;
import io.ganglion.cli.UsageException;
import io.ganglion.client.GanglionClient;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * The connections of a run, made once and shared by its clients. Everything happens on their
 * network threads, which keeps the load generator cheap.
 */
final class Connections implements Target, AutoCloseable {
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(20);

  private final TargetOptions options;
  private final Task task;
  private final Mode mode;
  private final List<String> servers;
  private final EventLoops loops;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<GanglionClient> clients = new ArrayList<>();

  Connections(TargetOptions options, Task task) {
    this.options = options;
    this.task = task;
    this.mode = options.mode(task);
    this.servers = options.servers();
    if (options.connections < 1 || options.connections > 64) {
      throw new UsageException("--connections must be from 1 to 64");
    }
    this.loops = new EventLoops(options.connections * servers.size());
    List<ClientInterceptor> interceptors = interceptors(options);
    for (int i = 0; i < options.connections; i++) {
      for (String server : servers) {
        channels.add(channel(server, interceptors));
      }
    }
    for (ManagedChannel channel : channels) {
      clients.add(
          GanglionClient.builder()
              .channel(channel)
              .executor(Runnable::run)
              .deadline(options.deadline)
              .maxAttempts(options.attempts)
              .build());
    }
  }

  /**
   * Checks that every server answers before any load is sent. A failure names the server.
   *
   * @return the model of each server; empty for the protocol of AWS's bert_demo, which has no call
   *     for it
   */
  List<ModelInfo> check() {
    List<ModelInfo> models = new ArrayList<>();
    if (mode == Mode.MRPC) {
      return models;
    }
    for (int i = 0; i < servers.size(); i++) {
      try {
        try (GanglionClient probe =
            GanglionClient.builder()
                .channel(channels.get(i))
                .deadline(FIRST_CONTACT)
                .maxAttempts(1)
                .build()) {
          models.add(probe.model().join());
        }
      } catch (CompletionException e) {
        throw unreachable(servers.get(i), e);
      }
    }
    return models;
  }

  private static FailureException unreachable(String server, CompletionException e) {
    String why = e.getCause() instanceof GanglionException g ? g.getMessage() : String.valueOf(e);
    return new FailureException(
        "No Ganglion server answers at " + server + ": " + why + "; start one or set --target", e);
  }

  /** A client on a shared connection. */
  @Override
  public Requests open(int index, int inFlight) {
    int connection = index % channels.size();
    return switch (mode) {
      case STREAM -> SdkRequests.stream(clients.get(connection), inFlight);
      case UNARY -> SdkRequests.calls(task, clients.get(connection));
      case MRPC -> new MrpcRequests(channels.get(connection), options.deadline);
    };
  }

  /** A scheduler whose thread is one of those that send and read. */
  Scheduler scheduler() {
    return loops.scheduler();
  }

  @Override
  public String describe() {
    return String.join(", ", servers) + ", " + (task == Task.CLASSIFY ? mode : task);
  }

  @Override
  public void close() {
    clients.forEach(GanglionClient::closeNow);
    channels.forEach(ManagedChannel::shutdownNow);
    loops.close();
  }

  private ManagedChannel channel(String server, List<ClientInterceptor> interceptors) {
    try {
      return loops
          .carry(NettyChannelBuilder.forTarget(server, credentials(options)))
          .directExecutor()
          .disableRetry()
          .intercept(interceptors)
          .build();
    } catch (IllegalArgumentException e) {
      throw new FailureException(server + " is no server address; write it as HOST:PORT", e);
    }
  }

  private static ChannelCredentials credentials(TargetOptions options) {
    if (!options.tls && options.trust == null && options.identity == null) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    try {
      if (options.trust != null) {
        builder.trustManager(options.trust.toFile());
      }
      if (options.identity != null) {
        builder.keyManager(options.identity.get(0).toFile(), options.identity.get(1).toFile());
      }
    } catch (IOException e) {
      throw new FailureException("Cannot read a TLS file: " + e.getMessage(), e);
    }
    return builder.build();
  }

  private List<ClientInterceptor> interceptors(TargetOptions options) {
    List<ClientInterceptor> interceptors = new ArrayList<>();
    if (options.slowReader != null) {
      interceptors.add(new SlowReader(options.slowReader, loops.scheduler()));
    }
    if (options.token != null) {
      interceptors.add(new Token(options.token.value()));
    }
    return interceptors;
  }

  private record Token(String token) implements ClientInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          headers.put(AUTHORIZATION, "Bearer " + token);
          super.start(listener, headers);
        }
      };
    }
  }
}
