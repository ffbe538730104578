package io.ganglion.engine;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import io.ganglion.engine.batch.AdmissionLimits;
import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.Client;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.Ability;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A compiled model in this process, without a server: the same batches, answers and failures.
 * Requests of all threads share batches. No call waits; futures are completed on the engine's own
 * threads, which a continuation must not block for long. There are no deadlines.
 *
 * <pre>{@code
 * try (Engine engine = Engine.open(Path.of("model"))) {
 *   Ranking ranking = engine.rerank("How high is Mont Blanc?", passages).join();
 * }
 * }</pre>
 */
public final class Engine implements TextModel {
  /** Bounds what callers who never wait can pile up: a few hundred bytes for each call. */
  private static final int MOST_CALLS = 16_384;

  /** A request waits as long as its caller does; the bound only keeps the arithmetic sound. */
  private static final long LONGEST_WAIT_NS = TimeUnit.DAYS.toNanos(1);

  /** For calls in flight to end, before they are cut off. */
  private static final long CLOSE_NS = TimeUnit.SECONDS.toNanos(30);

  private final ServedModel model;
  private final NanoClock clock;
  private final OpenCalls calls = new OpenCalls(MOST_CALLS);
  private final Client single = new Client(this);
  private final ThreadGroup threads;
  private final ExecutorService executor;

  private Engine(ServedModel model, NanoClock clock) {
    this.model = model;
    this.clock = clock;
    this.threads = new ThreadGroup("ganglion-engine");
    this.executor = executor(threads);
  }

  /** The number of waiting tasks is bounded by that of calls: each has one at most. */
  private static ExecutorService executor(ThreadGroup group) {
    int size = Runtime.getRuntime().availableProcessors();
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(group, task, "ganglion-engine-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Opens a model on the processors of this machine, and waits until it has given its golden
   * answers.
   *
   * @param directory what {@code compiler compile} wrote, or a folder of numbered versions, of
   *     which the highest is taken
   * @throws ModelException if it cannot be run; nothing is left behind
   */
  public static Engine open(Path directory) throws ModelException {
    return open(directory, defaults());
  }

  /**
   * What {@link #open(Path)} takes: nothing is refused but what is more than can be in flight. With
   * {@link ModelOptions#withCache}, answers are kept for equal requests, and equal requests in
   * flight are computed once.
   */
  public static ModelOptions defaults() {
    return ModelOptions.defaults().withAdmission(new AdmissionLimits(MOST_CALLS, LONGEST_WAIT_NS));
  }

  /**
   * Opens a model.
   *
   * @throws ModelException if it cannot be run; nothing is left behind
   */
  public static Engine open(Path directory, ModelOptions options) throws ModelException {
    NanoClock clock = NanoClock.system();
    Versions.Version version = Versions.latest(directory);
    try {
      return new Engine(
          new ModelLoader(options, clock, BatchEvents.none())
              .load(version.directory(), version.text()),
          clock);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("The thread was interrupted while the model was loaded.", e);
    }
  }

  /**
   * A model that its users in this JVM share: it is opened for the first, and closed when the last
   * of them has closed what this gave to it. Two users who open it at once wait for one load; a
   * load that failed is tried again by the next.
   *
   * @param directory as in {@link #open(Path)}; the version is that of the first user
   * @return a user's own hold on the model; closing it waits for that user's requests alone
   * @throws ModelException if it cannot be run
   */
  public static TextModel shared(Path directory) throws ModelException {
    return shared(directory, defaults());
  }

  /**
   * A model that its users in this JVM share.
   *
   * @throws ModelException if it cannot be run, or is open with other options
   * @see #shared(Path)
   */
  public static TextModel shared(Path directory, ModelOptions options) throws ModelException {
    return SharedEngines.INSTANCE.open(directory, options);
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    return ask(Ability.CLASSIFY, new Questions.Classify(model, pair, 0));
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    if (topK < 1) {
      throw new IllegalArgumentException("at least one score must be asked for: " + topK);
    }
    return ask(Ability.CLASSIFY, new Questions.Classify(model, pair, topK));
  }

  @Override
  public CompletableFuture<Ranking> rerank(String query, List<String> documents) {
    String complaint = EngineTexts.complaint(model, "query", query);
    return complaint == null
        ? ask(Ability.RERANK, new Questions.Rerank(model, query, documents))
        : CompletableFuture.failedFuture(Failures.invalid(complaint));
  }

  @Override
  public CompletableFuture<List<Embedding>> embed(List<String> texts, int dimensions) {
    if (dimensions < 0) {
      throw new IllegalArgumentException("a number of dimensions is negative: " + dimensions);
    }
    int width = model.facts().manifest().outputWidth();
    if (Ability.EMBED.of(model) && dimensions > width) {
      return CompletableFuture.failedFuture(
          Failures.invalid(
              "dimensions is %d, and the model's vectors have %d values"
                  .formatted(dimensions, width)));
    }
    return ask(Ability.EMBED, new Questions.Embed(model, texts, dimensions));
  }

  @Override
  public CompletableFuture<List<TaggedText>> tag(List<String> texts, Aggregation aggregation) {
    return ask(Ability.TAG, new Questions.Tag(model, texts, aggregation));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the continuation does not fail
  private <R> CompletableFuture<R> ask(Ability ability, ItemsCall.Items<R> items) {
    if (!ability.of(model)) {
      return CompletableFuture.failedFuture(
          Failures.unanswerable(
              Ability.refusal(model, method(ability), asked -> List.of(method(asked)))));
    }
    Client client = items.size() == 1 ? single : new Client(this);
    ItemsCall<R> call = new ItemsCall<>(model, items, executor, clock, client);
    GanglionException refusal = calls.add(call);
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    call.whenComplete((answer, thrown) -> calls.remove(call));
    call.start();
    return call;
  }

  private static String method(Ability ability) {
    return switch (ability) {
      case CLASSIFY -> "classify";
      case RERANK -> "rerank";
      case EMBED -> "embed";
      case TAG -> "tag";
    };
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    return CompletableFuture.completedFuture(EngineInfo.of(model));
  }

  /**
   * Refuses new calls, waits up to 30 s for those in flight, and frees the model. An interrupt cuts
   * them off. A continuation of one of this engine's futures may call it, and cuts the others off.
   */
  @Override
  public void close() {
    if (!calls.close()) {
      return;
    }
    boolean interrupted = false;
    try {
      if (!completesHere()) {
        calls.awaitNone(CLOSE_NS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    try {
      model.close();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    calls.all().forEach(call -> call.completeExceptionally(Failures.closed()));
    executor.shutdown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether this thread completes futures of this engine, so that it must not wait for them. */
  boolean completesHere() {
    return Thread.currentThread().getThreadGroup() == threads;
  }
}
