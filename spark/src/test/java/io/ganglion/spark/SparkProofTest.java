package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Classification;
import io.ganglion.api.TextModel;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.core.CoreOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A million of the demo's pairs through Spark's local mode on two cores, beside the engine alone on
 * the same cores, and a function that asks row by row. Prints what it measures.
 */
@Tag("proof")
class SparkProofTest {
  private static final long ROWS = Long.getLong("ganglion.spark.rows", 1_000_000);
  private static final int ALONE = Integer.getInteger("ganglion.spark.alone", 200_000);

  /** Sums are over whole numbers, so that their order does not matter. */
  private static final AtomicLong SEEN = new AtomicLong();

  private static final AtomicLong WRONG = new AtomicLong();
  private static final Map<Long, Long> HEAP_KB = new ConcurrentSkipListMap<>();

  private record Pair(String a, String b) {}

  private static List<Pair> pairs;
  private static List<List<Float>> expected;
  private static TextModel shared;

  @Test
  void aMillionPairsHaveTheEnginesBitsAndItsPaceInConstantMemory() throws Exception {
    String model = System.getProperty("ganglion.spark.model", "../target/spark-example/model");
    assumeTrue(Files.exists(Path.of(model)), "examples/spark/run compiles the model " + model);
    pairs = demoPairs();
    try (TextModel engine =
        Engine.shared(
            Path.of(model), Engine.defaults().withCores(new CoreOptions(2, 1, 0, Map.of())))) {
      shared = engine;
      expected = answers(engine);
      alone(engine, ALONE / 4);
      throughSpark(model, ROWS / 20);
      double before = alone(engine, ALONE);
      double spark = throughSpark(model, ROWS);
      double after = alone(engine, ALONE);
      double rowByRow = rowByRow(ROWS / 20);
      System.out.printf(
          "engine alone %.0f and %.0f pairs/s; Spark local[2] %.0f rows/s: %.1f %%; row by row %.0f%n",
          before, after, spark, 200 * spark / (before + after), rowByRow);
      System.out.println("heap after collection, KiB, by rows: " + HEAP_KB);
      assertThat(WRONG).hasValue(0);
      assertThat(spark).isGreaterThan(0.9 * (before + after) / 2);
      List<Long> heap = new ArrayList<>(HEAP_KB.values());
      assertThat(heap.get(heap.size() - 1) - heap.get(0)).isLessThan(16 * 1024);
    }
  }

  private static List<Pair> demoPairs() throws Exception {
    List<Pair> found = new ArrayList<>();
    List<String> lines = Files.readAllLines(Path.of("../demo-model/pairs.tsv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      found.add(new Pair(cells[3], cells[4]));
    }
    return found;
  }

  private static List<List<Float>> answers(TextModel engine) {
    List<CompletableFuture<Classification>> asked = new ArrayList<>();
    for (Pair pair : pairs) {
      asked.add(engine.classify(pair.a(), pair.b()));
    }
    return asked.stream().map(answer -> answer.join().probabilities()).toList();
  }

  private static double perSecond(long rows, long startNs) {
    return rows * 1e9 / (System.nanoTime() - startNs);
  }

  /** As many in flight as two of Spark's tasks have, from one thread each. */
  private static double alone(TextModel engine, int count) throws Exception {
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      Thread thread = new Thread(() -> ask(engine, count / 2));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return perSecond(count, start);
  }

  private static void ask(TextModel engine, int count) {
    Deque<CompletableFuture<Classification>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      Pair pair = pairs.get(i % pairs.size());
      inFlight.add(engine.classify(pair.a(), pair.b()));
      if (inFlight.size() == AskPartition.USUAL_IN_FLIGHT) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  /** Rows of an id and a pair. */
  private static Dataset<Row> rows(long count) {
    LocalSpark.SESSION
        .udf()
        .register(
            "text",
            (UDF2<Long, Integer, String>)
                (id, which) -> {
                  Pair pair = pairs.get((int) (id % pairs.size()));
                  return which == 0 ? pair.a() : pair.b();
                },
            DataTypes.StringType);
    return LocalSpark.SESSION
        .range(0, count, 1, 2)
        .withColumn("a", functions.expr("text(id, 0)"))
        .withColumn("b", functions.expr("text(id, 1)"));
  }

  private static double throughSpark(String model, long count) {
    SEEN.set(0);
    HEAP_KB.clear();
    Dataset<Row> answered =
        new GanglionTransformer()
            .setArtifact(model)
            .setTextCol("a")
            .setSecondTextCol("b")
            .transform(rows(count));
    MapPartitionsFunction<Row, Row> checking = SparkProofTest::checked;
    long start = System.nanoTime();
    long passed =
        answered.mapPartitions(checking, Encoders.row(answered.schema())).javaRDD().count();
    assertThat(passed).isEqualTo(count);
    return perSecond(count, start);
  }

  private static java.util.Iterator<Row> checked(java.util.Iterator<Row> rows) {
    return new java.util.Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        check(row);
        return row;
      }
    };
  }

  private static void check(Row row) {
    List<Float> right = expected.get((int) (row.getLong(0) % pairs.size()));
    Vector found = row.getAs("probability");
    if (found.apply(0) != right.get(0) || found.apply(1) != right.get(1)) {
      WRONG.incrementAndGet();
    }
    long seen = SEEN.incrementAndGet();
    if (seen % (ROWS / 4) == 0) {
      System.gc();
      HEAP_KB.put(seen, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024);
    }
  }

  /** What a plain function of SQL does: one request, and a wait for its answer. */
  private static double rowByRow(long count) {
    LocalSpark.SESSION
        .udf()
        .register(
            "ask",
            (UDF2<String, String, Double>)
                (a, b) ->
                    (double) shared.classify(a, b).get(10, TimeUnit.SECONDS).probabilities().get(1),
            DataTypes.DoubleType);
    long start = System.nanoTime();
    rows(count).withColumn("p", functions.expr("ask(a, b)")).javaRDD().count();
    return perSecond(count, start);
  }
}
