package io.ganglion.bench.profile;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.engine.RooflineEngine;
import io.ganglion.bench.report.Spread;
import io.ganglion.bench.workload.Batch;
import io.ganglion.bench.workload.ModelWork;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a token costs when so many go through a layer together: few read each weight for too little,
 * many overflow the cache. Our core's own products, on one thread and with all layers' weights in
 * turn, so that these come from memory as they do in a server.
 *
 * @param microseconds of one token in one layer, by tokens together
 */
public record GroupCost(Map<Integer, Double> microseconds) {
  private static final List<Integer> TOKENS = List.of(64, 128, 216, 320, 432, 640);
  private static final int USUAL_LENGTH = 54;
  private static final int TURNS = 5;
  private static final double TURN_SECONDS = 0.2;

  public GroupCost {
    microseconds = new LinkedHashMap<>(microseconds);
  }

  /** Measures an artifact's matrices with the calling thread alone; takes some ten seconds. */
  public static GroupCost of(Path artifact, ModelWork work) throws EngineException {
    try (Engine engine = RooflineEngine.inOneGroup(artifact);
        Engine.Worker products = engine.open(0)) {
      return measure(products, work);
    }
  }

  /** In turns, so that a slow moment of the machine hits all alike. */
  static GroupCost measure(Engine.Worker products, ModelWork work) throws EngineException {
    double[][] seconds = new double[TOKENS.size()][TURNS];
    List<Batch> batches = TOKENS.stream().map(GroupCost::batch).toList();
    for (Batch batch : batches) {
      products.infer(batch); // makes its kernels
    }
    for (int turn = 0; turn < TURNS; turn++) {
      for (int i = 0; i < batches.size(); i++) {
        seconds[i][turn] = secondsOf(products, batches.get(i));
      }
    }
    Map<Integer, Double> costs = new LinkedHashMap<>();
    for (int i = 0; i < batches.size(); i++) {
      costs.put(TOKENS.get(i), microseconds(work, batches.get(i), Spread.of(seconds[i]).median()));
    }
    return new GroupCost(costs);
  }

  /** Time for one token in one layer, if the whole batch took {@code seconds}. */
  static double microseconds(ModelWork work, Batch batch, double seconds) {
    double done = work.matrices(batch.tokens().tokens(), batch.size());
    return seconds * 1e6 * work.matricesOfTokenAndLayer() / done;
  }

  private static double secondsOf(Engine.Worker products, Batch batch) throws EngineException {
    long start = System.nanoTime();
    int runs = 0;
    double elapsed;
    do {
      products.infer(batch);
      runs++;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < TURN_SECONDS);
    return elapsed / runs;
  }

  /** So many tokens in texts of about the usual length. */
  static Batch batch(int tokens) {
    int texts = Math.max(1, Math.round((float) tokens / USUAL_LENGTH));
    List<TokenSequence> sequences = new ArrayList<>();
    for (int text = 0; text < texts; text++) {
      int length = tokens * (text + 1) / texts - tokens * text / texts;
      sequences.add(new TokenSequence(new int[length], new int[length]));
    }
    List<Integer> numbers = IntStream.range(0, texts).boxed().toList();
    return new Batch(numbers, sequences, TokenBatch.of(sequences));
  }

  /** A line for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "  us of products a token and layer, by tokens together:%n "));
    microseconds.forEach(
        (tokens, cost) -> text.append(String.format(Locale.ROOT, "   %d: %.1f", tokens, cost)));
    int cheapest =
        microseconds.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return text.append(String.format(Locale.ROOT, "   (least at %d)%n", cheapest)).toString();
  }
}
