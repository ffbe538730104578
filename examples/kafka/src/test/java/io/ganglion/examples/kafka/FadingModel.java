package io.ganglion.examples.kafka;

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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers some calls as a model does, and those after them never, or with a failure at last. */
final class FadingModel implements TextModel {
  private final TextModel model;
  private final AtomicInteger left;
  private final Queue<CompletableFuture<Classification>> silent = new ConcurrentLinkedQueue<>();

  FadingModel(TextModel model, int answers) {
    this.model = model;
    this.left = new AtomicInteger(answers);
  }

  /** Fails what it has not answered. */
  void fail() {
    silent.forEach(
        answer ->
            answer.completeExceptionally(
                new GanglionException.Internal("INTERNAL", "the core is gone", null)));
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    if (left.getAndDecrement() > 0) {
      return model.classify(pair);
    }
    CompletableFuture<Classification> never = new CompletableFuture<>();
    silent.add(never);
    return never;
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    return model.classify(pair, topK);
  }

  @Override
  public CompletableFuture<Ranking> rerank(String query, List<String> documents) {
    return model.rerank(query, documents);
  }

  @Override
  public CompletableFuture<List<Embedding>> embed(List<String> texts, int dimensions) {
    return model.embed(texts, dimensions);
  }

  @Override
  public CompletableFuture<List<TaggedText>> tag(List<String> texts, Aggregation aggregation) {
    return model.tag(texts, aggregation);
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    return model.model();
  }

  @Override
  public void close() {}
}
