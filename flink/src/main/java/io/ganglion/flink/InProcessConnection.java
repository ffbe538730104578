package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import io.ganglion.engine.Engine;
import io.ganglion.engine.model.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.flink.util.FlinkException;

/** The engine that all slots of a task manager share, as one of them uses it. Thread-safe. */
final class InProcessConnection implements Connection {
  /**
   * An engine takes 16,384 calls and refuses more. Half of them fill its batches as well, and leave
   * room for other users of the same engine.
   */
  private static final CallGate GATE = new CallGate(8_192);

  private final TextModel engine;
  private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

  private InProcessConnection(TextModel engine) {
    this.engine = engine;
  }

  static InProcessConnection open(String artifact) throws FlinkException {
    try {
      return new InProcessConnection(Engine.shared(Path.of(artifact)));
    } catch (ModelException e) {
      throw new FlinkException(
          "the model cannot be run in this task manager: " + e.getMessage(), e);
    }
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    return call(() -> engine.classify(pair));
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    return call(() -> engine.classify(pair, topK));
  }

  @Override
  public CompletableFuture<Embedding> embed(String text, int dimensions) {
    return call(() -> engine.embed(List.of(text), dimensions)).thenApply(vectors -> vectors.get(0));
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    return engine.model();
  }

  @SuppressWarnings({
    "FutureReturnValueIgnored", // the continuation does not fail
    "CollectionUndefinedEquality" // a future equals itself alone
  })
  private <A> CompletableFuture<A> call(Supplier<CompletableFuture<A>> call) {
    CompletableFuture<A> answer = GATE.call(call);
    open.add(answer);
    answer.whenComplete((value, thrown) -> open.remove(answer));
    return answer;
  }

  /** Other slots go on: only the calls of this one are given up. */
  @Override
  public void close() {
    open.forEach(answer -> answer.cancel(false));
    engine.close();
  }
}
