package io.ganglion.server.grpc;

import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.Requests;
import io.ganglion.engine.batch.Scheduler;
import io.ganglion.engine.batch.SchedulerConfig;
import io.ganglion.engine.batch.ScriptedCores;
import io.ganglion.engine.model.ModelFacts;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import io.ganglion.server.endpoint.EndpointEvents;
import io.ganglion.server.endpoint.GrpcEndpoint;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.versions.ModelHost;
import io.ganglion.server.wire.ganglion.GanglionV1;
import io.ganglion.server.wire.mrpc.Mrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A server on a free port, over scripted cores. */
public final class TestServer implements AutoCloseable {
  /** The id of the first word in the vocabulary; word {@code n} is "w<n>". */
  public static final int FIRST_WORD = 4;

  public static final int WORDS = 400;

  public final ScriptedCores cores = ScriptedCores.nullCores();
  public final Events events = new Events();
  public final ServedModel model;
  public final ModelHost host;
  public final WireServices services;
  public final GrpcEndpoint endpoint;
  private final List<ManagedChannel> channels = new ArrayList<>();

  public TestServer() throws Exception {
    this(Requests.scheduler(2, 1_000), new WireLimits(65_536, 16, 500, 1_000));
  }

  public TestServer(SchedulerConfig config, WireLimits limits) throws Exception {
    this(config, limits, NetworkConfig.plain("127.0.0.1", 0, 4 << 20));
  }

  public TestServer(SchedulerConfig config, WireLimits limits, NetworkConfig network)
      throws Exception {
    this(config, limits, network, RequestTracer.NONE);
  }

  public TestServer(
      SchedulerConfig config, WireLimits limits, NetworkConfig network, RequestTracer tracer)
      throws Exception {
    this(config, limits, network, tracer, List.of(new GanglionV1(), new Mrpc()));
  }

  public TestServer(
      SchedulerConfig config,
      WireLimits limits,
      NetworkConfig network,
      RequestTracer tracer,
      List<WireService> protocols)
      throws Exception {
    NanoClock clock = NanoClock.system();
    Scheduler scheduler =
        new Scheduler(
            config, cores, core -> {}, OutputActivation.SOFTMAX::apply, clock, BatchEvents.none());
    scheduler.start();
    scheduler.awaitReady();
    model =
        new ServedModel(
            new ModelFacts(
                "test",
                "0".repeat(64),
                "",
                TestArtifacts.tiny().manifest(),
                "scripted",
                config.cores(),
                "a test",
                true,
                config.batch()),
            List.of(),
            tokenizer(),
            scheduler);
    host = new ModelHost(model);
    services = new WireServices(protocols, host, limits, clock, events, tracer);
    endpoint = GrpcEndpoint.network(network, services, events);
    endpoint.start();
    endpoint.serving(true);
  }

  public static Tokenizer tokenizer() throws Exception {
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
    for (int i = 0; i < WORDS; i++) {
      pieces.add("w" + i);
    }
    return TokenizerSpec.googleBert(Vocabulary.of(pieces), true).tokenizer(128);
  }

  /** A channel with its own connection. */
  public ManagedChannel channel() {
    return opened(NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port()));
  }

  /** Like {@link #channel()}, with a fixed flow-control window. */
  public ManagedChannel channel(int windowBytes) {
    return opened(
        NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port())
            .flowControlWindow(windowBytes));
  }

  private ManagedChannel opened(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  public PairClassifierGrpc.PairClassifierBlockingStub blocking() {
    return PairClassifierGrpc.newBlockingStub(channel());
  }

  /** A pair whose answer is label 1 exactly if {@code word} is 46 or more. */
  public static ClassifyRequest pair(int word) {
    return ClassifyRequest.newBuilder().setTextA("w" + word).setTextB("w1 w2").build();
  }

  public static ClassifyStreamRequest item(long id, int word) {
    return ClassifyStreamRequest.newBuilder().setId(id).setClassify(pair(word)).build();
  }

  public static com.google.protobuf.ByteString utf8(String text) {
    return com.google.protobuf.ByteString.copyFromUtf8(text);
  }

  @Override
  public void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    endpoint.close();
    model.close();
  }

  /** Counts the events of the wire. */
  public static final class Events implements WireEvents, EndpointEvents {
    public final Map<Class<?>, LongAdder> outcomes = new ConcurrentHashMap<>();
    public final AtomicInteger streams = new AtomicInteger();
    public final AtomicInteger connections = new AtomicInteger();
    public final AtomicInteger refusedConnections = new AtomicInteger();
    public final AtomicInteger pauses = new AtomicInteger();
    public final AtomicInteger cutConnections = new AtomicInteger();
    public final AtomicInteger evictedConnections = new AtomicInteger();
    public final List<String> threads = new CopyOnWriteArrayList<>();
    public final AtomicInteger unauthenticated = new AtomicInteger();
    public final Map<String, Instant> inForce = new ConcurrentHashMap<>();
    public final Map<String, Instant> expiries = new ConcurrentHashMap<>();
    public final List<String> reloads = new CopyOnWriteArrayList<>();

    public long count(Class<? extends Outcome> type) {
      LongAdder adder = outcomes.get(type);
      return adder == null ? 0 : adder.sum();
    }

    @Override
    public void onOutcome(Outcome outcome, long latencyNs) {
      outcomes.computeIfAbsent(outcome.getClass(), type -> new LongAdder()).increment();
    }

    @Override
    public void onUnauthenticated() {
      unauthenticated.incrementAndGet();
    }

    @Override
    public void onStream(int change) {
      streams.addAndGet(change);
    }

    @Override
    public void onConnection(int change) {
      connections.addAndGet(change);
    }

    @Override
    public void onConnectionEvicted() {
      evictedConnections.incrementAndGet();
    }

    @Override
    public void onThreadFailure(String thread, Throwable failure) {
      threads.add(thread + ": " + failure);
    }

    @Override
    public void onVitalThreadEnded(String thread) {
      threads.add(thread + " ended");
    }

    @Override
    public void onConnectionPaused() {
      pauses.incrementAndGet();
    }

    @Override
    public void onConnectionCut() {
      cutConnections.incrementAndGet();
    }

    @Override
    public void onConnectionRefused() {
      refusedConnections.incrementAndGet();
    }

    @Override
    public void onReloaded(Path file) {
      reloads.add("used " + file.getFileName());
    }

    @Override
    public void onFileInForce(Path file, Instant when) {
      inForce.put(file.getFileName().toString(), when);
    }

    @Override
    public void onCertificate(Path file, Instant expiry) {
      expiries.put(file.getFileName().toString(), expiry);
    }

    @Override
    public void onReloadRefused(Path file, String reason) {
      reloads.add("refused " + file.getFileName() + ": " + reason);
    }
  }
}
