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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One user's hold on an engine that others hold, too. Closing ends this user's calls and gives the
 * hold back, once. Thread-safe.
 */
final class SharedEngine implements TextModel {
  /** The engine has the real bound, for all of its users. */
  private static final int MOST_CALLS = Integer.MAX_VALUE;

  /** For this user's calls in flight to end, before they are given up. */
  private static final long CLOSE_NS = TimeUnit.SECONDS.toNanos(30);

  private final Engine engine;
  private final Runnable release;
  private final OpenCalls calls = new OpenCalls(MOST_CALLS);

  SharedEngine(Engine engine, Runnable release) {
    this.engine = engine;
    this.release = release;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the continuation does not fail
  private <R> CompletableFuture<R> ask(Supplier<CompletableFuture<R>> question) {
    CompletableFuture<R> call = question.get();
    GanglionException refusal = calls.add(call);
    if (refusal != null) {
      call.cancel(false);
      return CompletableFuture.failedFuture(refusal);
    }
    call.whenComplete((answer, thrown) -> calls.remove(call));
    return call;
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    return ask(() -> engine.classify(pair));
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    return ask(() -> engine.classify(pair, topK));
  }

  @Override
  public CompletableFuture<Ranking> rerank(String query, List<String> documents) {
    return ask(() -> engine.rerank(query, documents));
  }

  @Override
  public CompletableFuture<List<Embedding>> embed(List<String> texts, int dimensions) {
    return ask(() -> engine.embed(texts, dimensions));
  }

  @Override
  public CompletableFuture<List<TaggedText>> tag(List<String> texts, Aggregation aggregation) {
    return ask(() -> engine.tag(texts, aggregation));
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    return engine.model();
  }

  @Override
  public void close() {
    if (!calls.close()) {
      return;
    }
    try {
      // A thread that completes futures would wait for itself.
      if (!engine.completesHere()) {
        calls.awaitNone(CLOSE_NS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls.all().forEach(call -> call.cancel(false));
    release.run();
  }
}
