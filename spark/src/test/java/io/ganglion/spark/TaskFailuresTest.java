package io.ganglion.spark;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.client.ScriptedServer;
import io.ganglion.client.ScriptedServer.Act;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that fail, are killed, or ask servers that are full or silent. */
@Timeout(120)
class TaskFailuresTest {
  @TempDir private Path folder;

  private static GanglionTransformer remote(ScriptedServer server) {
    return new GanglionTransformer()
        .setEndpoint(server.target())
        .setTextCol("a")
        .setSecondTextCol("b");
  }

  /** Fails the first attempt of one partition after some of its rows. */
  private static Dataset<Row> failingOnce(Dataset<Row> rows) {
    MapPartitionsFunction<Row, Row> failing =
        partition ->
            new Iterator<>() {
              private int taken;

              @Override
              public boolean hasNext() {
                return partition.hasNext();
              }

              @Override
              public Row next() {
                TaskContext task = TaskContext.get();
                if (task.attemptNumber() == 0 && task.partitionId() == 1 && taken++ == 400) {
                  throw new IllegalStateException("the first attempt fails");
                }
                return partition.next();
              }
            };
    return rows.mapPartitions(failing, Encoders.row(rows.schema()));
  }

  @Test
  void aTaskThatFailsInTheMiddleIsRunAgainAndTheResultIsThatOfAnUndisturbedRun() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    GanglionTransformer transformer =
        new GanglionTransformer()
            .setArtifact(model.toString())
            .setTextCol("a")
            .setSecondTextCol("b");
    Dataset<Row> pairs = LocalSpark.pairs(2_000, 2);
    List<Row> undisturbed = transformer.transform(pairs).collectAsList();
    int free = InFlight.EXECUTOR.free();
    assertThat(transformer.transform(failingOnce(pairs)).collectAsList()).isEqualTo(undisturbed);
    assertThat(undisturbed).hasSize(2_000);
    assertThat(InFlight.EXECUTOR.free()).isEqualTo(free);
  }

  @Test
  void serversAreAskedAndAFullOneIsAskedAgain() {
    try (ScriptedServer server =
        ScriptedServer.start(
            (text, times) ->
                times < 7 && text.endsWith("dog")
                    ? new Act.Fail(Status.Code.RESOURCE_EXHAUSTED, 1)
                    : ANSWER)) {
      List<Row> answered = remote(server).transform(LocalSpark.pairs(60, 2)).collectAsList();
      assertThat(answered).extracting(row -> row.getInt(0)).containsExactlyElementsOf(range(60));
      assertThat(answered)
          .allMatch(
              row -> row.<Double>getAs("prediction") == (row.get(1).equals(row.get(2)) ? 1 : 0));
    }
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void aJobThatIsCancelledGivesUpItsRequestsAndEndsAtOnce() throws Exception {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> new Act.Silence())) {
      int free = InFlight.EXECUTOR.free();
      Dataset<Row> answers = remote(server).setInFlight(5).transform(LocalSpark.pairs(100, 2));
      CompletableFuture<List<Row>> job = CompletableFuture.supplyAsync(answers::collectAsList);
      await(() -> server.received.get() >= 10);
      LocalSpark.SESSION.sparkContext().cancelAllJobs();
      assertThatThrownBy(() -> job.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasStackTraceContaining("cancel");
      await(() -> InFlight.EXECUTOR.free() == free);
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void rddsAndDataSetsOfAnyTypeTakeTheSameFunction() throws Exception {
    String model = TestArtifacts.tiny().write(folder.resolve("model")).toString();
    AskPartition<Integer, Classification, String> asking =
        Ganglion.classify(
            ModelSource.artifact(model).threads(2),
            i -> new TextPair(LocalSpark.textA(i), LocalSpark.textB(i)),
            (i, answer) -> i + " " + answer.label() + " " + answer.probability());
    List<String> ofData =
        LocalSpark.SESSION
            .createDataset(range(500), Encoders.INT())
            .mapPartitions(asking.inFlight(16), Encoders.STRING())
            .collectAsList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(LocalSpark.SESSION.sparkContext());
    List<String> ofRdd = context.parallelize(range(500), 3).mapPartitions(asking).collect();
    assertThat(ofRdd).isEqualTo(ofData).hasSize(500);
    assertThat(ofRdd.get(499)).startsWith("499 ");
  }
}
