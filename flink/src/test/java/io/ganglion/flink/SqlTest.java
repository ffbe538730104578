package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ML_PREDICT by Flink's own planner on its local cluster, on servers and in process. */
@Timeout(120)
class SqlTest {
  private static final String PAIRS =
      """
      CREATE TEMPORARY VIEW pairs AS SELECT * FROM (VALUES
        (1, 'the cat sat', 'a red dog ran'),
        (2, CAST(NULL AS STRING), 'a dog'),
        (3, 'the big house', 'the big house'),
        (4, 'on the mat', CAST(NULL AS STRING))) AS t (id, a, b)
      """;

  @TempDir static Path folder;
  private static Path classifier;

  private final TableEnvironment sql =
      TableEnvironment.create(EnvironmentSettings.newInstance().inStreamingMode().build());

  @BeforeAll
  static void writeTheModel() throws Exception {
    classifier = TestArtifacts.tiny().write(folder.resolve("classifier"));
  }

  private void model(String input, String output, String task, String where, String... more) {
    StringBuilder options = new StringBuilder("'provider' = 'ganglion', 'task' = '" + task + "'");
    options.append(where.contains("/") ? ", 'artifact' = '" : ", 'endpoint' = '");
    options.append(where).append("'");
    for (int i = 0; i < more.length; i += 2) {
      options.append(", '%s' = '%s'".formatted(more[i], more[i + 1]));
    }
    sql.executeSql(
        "CREATE TEMPORARY MODEL m INPUT (%s) OUTPUT (%s) WITH (%s)"
            .formatted(input, output, options));
  }

  private List<Row> rows(String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> found = sql.executeSql(query).collect()) {
      found.forEachRemaining(rows::add);
    }
    return rows;
  }

  private void classifiesPairs(String where) throws Exception {
    sql.executeSql(PAIRS);
    model(
        "a STRING, b STRING",
        "label STRING, probability DOUBLE, scores MAP<STRING, FLOAT>",
        "classify",
        where);
    List<Row> rows =
        rows(
            "SELECT id, label, probability, scores FROM ML_PREDICT(TABLE pairs, MODEL m,"
                + " DESCRIPTOR(a, b), MAP['max-concurrent-operations', '128'])");
    try (Engine engine = Engine.open(classifier)) {
      Classification first =
          engine.classify(new TextPair("the cat sat", "a red dog ran"), 2).join();
      assertThat(rows)
          .extracting(row -> row.getField(0))
          .containsExactly(1, 2, 3, 4); // in the order of the rows, unless told otherwise
      assertThat(rows.get(0).getField(1)).isEqualTo(first.label());
      assertThat(rows.get(0).getField(2)).isEqualTo((double) first.probability());
      assertThat(rows.get(0).getField(3))
          .isEqualTo(
              Map.of(
                  first.scores().get(0).label(),
                  first.scores().get(0).score(),
                  first.scores().get(1).label(),
                  first.scores().get(1).score()));
    }
    assertThat(rows.get(1)).isEqualTo(Row.of(2, null, null, null));
    assertThat(rows.get(3)).isEqualTo(Row.of(4, null, null, null));
  }

  @Test
  void aModelInProcessClassifiesPairsAndTheAnswerToNullIsNull() throws Exception {
    classifiesPairs(classifier.toString());
  }

  @Test
  void aServerGivesTheSameBits() throws Exception {
    try (ServerProcess server = ServerProcess.start(classifier)) {
      classifiesPairs(server.target());
    }
  }

  @Test
  void aTextThatIsRefusedFailsTheJobOrGivesNullsWithItsReason() throws Exception {
    sql.executeSql(
        "CREATE TEMPORARY VIEW texts AS SELECT * FROM (VALUES (1, 'a dog'), (2, ' ')) AS t (id, a)");
    model("a STRING", "label STRING", "classify", classifier.toString());
    String query = "SELECT * FROM ML_PREDICT(TABLE texts, MODEL m, DESCRIPTOR(a))";
    assertThatThrownBy(() -> rows(query)).hasStackTraceContaining("textA has no tokens");
    sql.executeSql("DROP TEMPORARY MODEL m");
    model(
        "a STRING",
        "label STRING, error STRING",
        "classify",
        classifier.toString(),
        "on-error",
        "null");
    List<Row> rows = rows(query);
    assertThat(rows.get(0).getField("error")).isNull();
    assertThat(rows.get(0).getField("label")).isNotNull();
    assertThat(rows.get(1).getField("label")).isNull();
    assertThat((String) rows.get(1).getField("error")).contains("has no tokens");
  }

  @Test
  void vectorsAndScoresComeInTheTypeOfTheirColumn() throws Exception {
    sql.executeSql(PAIRS);
    Path embedder =
        TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("embedder"));
    model("t STRING", "embedding ARRAY<FLOAT>", "embed", embedder.toString(), "dimensions", "8");
    List<Row> vectors =
        rows("SELECT embedding FROM ML_PREDICT(TABLE pairs, MODEL m, DESCRIPTOR(a))");
    try (Engine engine = Engine.open(embedder)) {
      float[] expected = engine.embed(List.of("the cat sat"), 8).join().get(0).values();
      Float[] found = (Float[]) vectors.get(0).getField(0);
      for (int i = 0; i < 8; i++) {
        assertThat(found[i]).isEqualTo(expected[i]);
      }
    }
    sql.executeSql("DROP TEMPORARY MODEL m");
    Path reranker =
        TestArtifacts.tiny()
            .labels("score")
            .output(OutputActivation.SIGMOID)
            .write(folder.resolve("reranker"));
    model("q STRING, d STRING", "score FLOAT", "score", reranker.toString());
    List<Row> scores =
        rows("SELECT id, score FROM ML_PREDICT(TABLE pairs, MODEL m, DESCRIPTOR(a, b))");
    try (Engine engine = Engine.open(reranker)) {
      assertThat(scores.get(2).getField(1))
          .isEqualTo(engine.classify("the big house", "the big house").join().probability());
    }
  }

  @Test
  void aModelThatCannotDoTheTaskIsToldWhenTheJobBegins() {
    sql.executeSql(PAIRS);
    model("t STRING", "embedding ARRAY<FLOAT>", "embed", classifier.toString());
    assertThatThrownBy(() -> rows("SELECT * FROM ML_PREDICT(TABLE pairs, MODEL m, DESCRIPTOR(a))"))
        .hasStackTraceContaining("the task 'embed' is not one of the model 'classifier'");
  }

  @Test
  void wrongOptionsAreToldWhenTheQueryIsPlanned() {
    sql.executeSql(PAIRS);
    sql.executeSql(
        "CREATE TEMPORARY MODEL m INPUT (a STRING) OUTPUT (label STRING)"
            + " WITH ('provider' = 'ganglion', 'task' = 'classify', 'artefact' = '/m')");
    assertThatThrownBy(
            () -> sql.explainSql("SELECT * FROM ML_PREDICT(TABLE pairs, MODEL m, DESCRIPTOR(a))"))
        .hasStackTraceContaining("did you mean 'artifact'?");
  }
}
