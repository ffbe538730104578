package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextPair;
import java.util.concurrent.CompletableFuture;

/** The way of one parallel instance to its model. Thread-safe. */
interface Connection extends AutoCloseable {
  CompletableFuture<Classification> classify(TextPair pair);

  /** Also names the scores of the labels. */
  CompletableFuture<Classification> classify(TextPair pair, int topK);

  /** The first values of a text's vector; with 0, all. */
  CompletableFuture<Embedding> embed(String text, int dimensions);

  CompletableFuture<ModelInfo> model();

  /** Gives up the calls that have no answer, and gives back what this instance holds. */
  @Override
  void close();
}
