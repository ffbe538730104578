package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Classification;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.engine.Engine;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A million of the demo's pairs through Flink's local cluster with two slots, beside the engine
 * alone on the same processors, and a function that waits for each row. Prints what it measures.
 */
@Tag("proof")
class FlinkProofTest {
  private static final long ROWS = Long.getLong("ganglion.flink.rows", 1_000_000);
  private static final int SLOTS = 2;

  private static final AtomicLong seen = new AtomicLong();
  private static final AtomicLong wrong = new AtomicLong();
  private static final Map<Long, Long> heapKiB = new ConcurrentSkipListMap<>();

  private static List<TextPair> pairs;
  private static List<Float> expected;
  private static String model;

  @Test
  void aMillionPairsHaveTheServersBitsAndTheEnginesPaceInConstantMemory() throws Exception {
    model = System.getProperty("ganglion.flink.model", "../target/flink-example/model");
    assumeTrue(Files.exists(Path.of(model)), "examples/flink/run compiles the model " + model);
    pairs = demoPairs();
    expected = serversAnswers();
    // What the first user opens, the jobs share: no job's time has a load of the model in it.
    try (TextModel engine = Engine.shared(Path.of(model))) {
      alone(engine, ROWS / 20);
      stream(ROWS / 20);
      sql(ROWS / 100); // the planner's classes are loaded
      double before = alone(engine, ROWS / 5);
      double stream = stream(ROWS);
      Map<Long, Long> heap = Map.copyOf(heapKiB);
      double between = alone(engine, ROWS / 5);
      double sql = sql(ROWS / 5);
      double after = alone(engine, ROWS / 5);
      double waiting = rowByRow(ROWS / 20);
      double streamShare = 2 * stream / (before + between);
      System.out.printf(
          "pairs/s: engine alone %.0f, %.0f, %.0f; DataStream %.0f (%.1f %%);"
              + " SQL %.0f (%.1f %%); row by row %.0f%n",
          before,
          between,
          after,
          stream,
          100 * streamShare,
          sql,
          200 * sql / (between + after),
          waiting);
      System.out.println(
          "heap after collection, KiB, by rows: " + new ConcurrentSkipListMap<>(heap));
      assertThat(wrong).hasValue(0);
      assertThat(streamShare).isGreaterThan(0.9);
      List<Long> kib = List.copyOf(new ConcurrentSkipListMap<>(heap).values());
      assertThat(kib.get(kib.size() - 1) - kib.get(0)).isLessThan(16 * 1024);
    }
  }

  private static List<TextPair> demoPairs() throws Exception {
    List<TextPair> found = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../demo-model/pairs.tsv"))) {
      String[] cells = line.split("\t", -1);
      found.add(new TextPair(cells[3], cells[4]));
    }
    return found.subList(1, found.size());
  }

  private static List<Float> serversAnswers() throws Exception {
    try (ServerProcess server = ServerProcess.start(Path.of(model));
        GanglionClient client = GanglionClient.builder().target(server.target()).build()) {
      return client.classifyAll(pairs).join().stream()
          .map(outcome -> outcome.orThrow().probability())
          .toList();
    }
  }

  private static double perSecond(long rows, long startNs) {
    return rows * 1e9 / (System.nanoTime() - startNs);
  }

  /** As many threads ask as Flink has slots, with as much in flight. */
  private static double alone(TextModel engine, long count) throws InterruptedException {
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      Thread thread = new Thread(() -> ask(engine, count / SLOTS));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return perSecond(count, start);
  }

  private static void ask(TextModel engine, long count) {
    Deque<CompletableFuture<Classification>> inFlight = new ArrayDeque<>();
    for (long i = 0; i < count; i++) {
      inFlight.add(engine.classify(pairs.get((int) (i % pairs.size()))));
      if (inFlight.size() == AskFunction.CAPACITY) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  private static StreamExecutionEnvironment slots() {
    return StreamExecutionEnvironment.getExecutionEnvironment(new Configuration())
        .setParallelism(SLOTS);
  }

  private static DataStream<Tuple3<Long, String, String>> rows(
      StreamExecutionEnvironment env, long count) {
    TypeInformation<Tuple3<Long, String, String>> type =
        TypeInformation.of(new TypeHint<Tuple3<Long, String, String>>() {});
    return env.fromSource(
        new DataGeneratorSource<>(FlinkProofTest::row, count, type),
        WatermarkStrategy.noWatermarks(),
        "pairs");
  }

  private static Tuple3<Long, String, String> row(Long number) {
    TextPair pair = pairs.get((int) (number % pairs.size()));
    return Tuple3.of(number, pair.textA(), Objects.requireNonNull(pair.textB()));
  }

  private static double stream(long count) throws Exception {
    seen.set(0);
    heapKiB.clear();
    StreamExecutionEnvironment env = slots();
    AskFunction.classify(
            ModelSource.inProcess(model),
            (Tuple3<Long, String, String> row) -> new TextPair(row.f1, row.f2),
            (row, answer) -> Tuple2.of(row.f0, answer.probability()),
            TypeInformation.of(new TypeHint<Tuple2<Long, Float>>() {}))
        .unordered(rows(env, count))
        .map(answer -> checked(answer.f0, answer.f1, count))
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink<>());
    long start = System.nanoTime();
    env.execute();
    double pace = perSecond(count, start);
    assertThat(seen).hasValue(count);
    return pace;
  }

  private static Long checked(Long number, Float probability, long count) {
    if (!probability.equals(expected.get((int) (number % pairs.size())))) {
      wrong.incrementAndGet();
    }
    long passed = seen.incrementAndGet();
    if (passed % (count / 4) == 0) {
      System.gc();
      long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      heapKiB.put(passed, bytes / 1024);
    }
    return number;
  }

  private static double sql(long count) throws Exception {
    StreamExecutionEnvironment env = slots();
    StreamTableEnvironment sql = StreamTableEnvironment.create(env);
    sql.createTemporaryView("pairs", rows(env, count));
    sql.executeSql(
        """
        CREATE TEMPORARY MODEL m INPUT (a STRING, b STRING) OUTPUT (probability FLOAT)
        WITH ('provider' = 'ganglion', 'task' = 'classify', 'artifact' = '%s')
        """
            .formatted(model));
    sql.executeSql(
        "CREATE TEMPORARY TABLE sink (f0 BIGINT, p FLOAT) WITH ('connector' = 'blackhole')");
    long start = System.nanoTime();
    sql.executeSql(
            "INSERT INTO sink SELECT f0, probability FROM ML_PREDICT(TABLE pairs, MODEL m,"
                + " DESCRIPTOR(f1, f2), MAP['max-concurrent-operations', '"
                + AskFunction.CAPACITY
                + "', 'output-mode', 'ALLOW_UNORDERED'])")
        .await();
    return perSecond(count, start);
  }

  /** What a plain function does: one question, and a wait for its answer. */
  private static final class Waiting extends RichMapFunction<Tuple3<Long, String, String>, Float> {
    private static final long serialVersionUID = 1L;
    private transient TextModel engine;

    @Override
    public void open(OpenContext context) throws Exception {
      engine = Engine.shared(Path.of(model));
    }

    @Override
    public Float map(Tuple3<Long, String, String> row) {
      return engine.classify(row.f1, row.f2).join().probability();
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private static double rowByRow(long count) throws Exception {
    StreamExecutionEnvironment env = slots();
    rows(env, count).map(new Waiting()).sinkTo(new DiscardingSink<>());
    long start = System.nanoTime();
    env.execute();
    return perSecond(count, start);
  }
}
