package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The transformer in Spark's local mode, in process, beside an engine of its own. */
@Timeout(120)
class GanglionTransformerTest {
  @TempDir private static Path folder;
  private static Path classifier;
  private static Path scorer;
  private static Path embedder;

  @BeforeAll
  static void write() throws Exception {
    classifier = TestArtifacts.tiny().write(folder.resolve("classifier"));
    scorer =
        TestArtifacts.tiny()
            .labels("score")
            .output(OutputActivation.SIGMOID)
            .write(folder.resolve("scorer"));
    embedder = TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("embedder"));
  }

  private static GanglionTransformer onPairs() {
    return new GanglionTransformer()
        .setArtifact(classifier.toString())
        .setTextCol("a")
        .setSecondTextCol("b");
  }

  private static Dataset<Row> texts(String... texts) {
    List<Row> rows = new ArrayList<>();
    for (String text : texts) {
      rows.add(RowFactory.create(text));
    }
    return LocalSpark.SESSION
        .createDataFrame(rows, new StructType().add("text", DataTypes.StringType))
        .coalesce(1);
  }

  @Test
  void pairsGetTheBitsOfTheEngineAloneInTheOrderOfTheirPartitions() throws Exception {
    Dataset<Row> pairs = LocalSpark.pairs(3_000, 3);
    List<Row> answered = onPairs().transform(pairs).collectAsList();
    assertThat(answered).hasSize(3_000);
    try (Engine engine = Engine.open(classifier)) {
      for (int i = 0; i < 3_000; i++) {
        Row row = answered.get(i);
        Classification alone = engine.classify(LocalSpark.textA(i), LocalSpark.textB(i)).join();
        assertThat(row.getInt(0)).isEqualTo(i);
        assertThat(row.<Double>getAs("prediction")).isEqualTo(alone.labelIndex());
        assertThat(row.<String>getAs("predictedLabel")).isEqualTo(alone.label());
        Vector probability = row.getAs("probability");
        for (int label = 0; label < 2; label++) {
          assertThat(probability.apply(label))
              .as("row %d", i)
              .isEqualTo((double) alone.probabilities().get(label));
        }
      }
    }
  }

  @Test
  void aCrossEncoderGivesScoresAndAClassifierIsToldToClassify() throws Exception {
    Dataset<Row> pairs = LocalSpark.pairs(10, 1);
    List<Row> scored = Ganglion.score(pairs, scorer.toString(), "a", "b").collectAsList();
    try (Engine engine = Engine.open(scorer)) {
      for (int i = 0; i < 10; i++) {
        assertThat(scored.get(i).<Double>getAs("score"))
            .isEqualTo(
                (double)
                    engine.classify(LocalSpark.textA(i), LocalSpark.textB(i)).join().probability());
      }
    }
    assertThatThrownBy(() -> Ganglion.score(pairs, classifier.toString(), "a", "b").collect())
        .hasStackTraceContaining("the task score needs a model with one: set the task to classify");
  }

  @Test
  void vectorsComeAsSparksOwnOrAsArrays() throws Exception {
    Dataset<Row> texts = texts("the cat", "a dog");
    Vector vector =
        Ganglion.embed(texts, embedder.toString(), "text").collectAsList().get(1).getAs(1);
    GanglionTransformer arrays =
        new GanglionTransformer()
            .setArtifact(embedder.toString())
            .setTask("embed")
            .setVectorType("array")
            .setDimensions(8);
    List<Float> array = arrays.transform(texts).collectAsList().get(1).getList(1);
    try (Engine engine = Engine.open(embedder)) {
      float[] whole = engine.embed(List.of("a dog")).join().get(0).values();
      for (int i = 0; i < whole.length; i++) {
        assertThat(vector.apply(i)).isEqualTo((double) whole[i]);
      }
      Embedding cut = engine.embed(List.of("a dog"), 8).join().get(0);
      for (int i = 0; i < 8; i++) {
        assertThat(array.get(i)).isEqualTo(cut.values()[i]);
      }
      assertThat(array).hasSize(8);
    }
  }

  @Test
  void aRowWithoutATextHasNullAnswersAndABadOneFailsOrIsKeptOrSkipped() {
    Dataset<Row> texts = texts("the cat", null, " ", "a dog");
    GanglionTransformer transformer = new GanglionTransformer().setArtifact(classifier.toString());
    assertThatThrownBy(() -> transformer.transform(texts).collect())
        .hasStackTraceContaining("The model refuses a row")
        .hasStackTraceContaining("set handleInvalid to keep or skip");
    List<Row> kept = transformer.setHandleInvalid("keep").transform(texts).collectAsList();
    assertThat(kept).hasSize(4);
    assertThat(kept).extracting(row -> row.isNullAt(2)).containsExactly(false, true, true, false);
    List<Row> left = transformer.setHandleInvalid("skip").transform(texts).collectAsList();
    assertThat(left).extracting(row -> row.getString(0)).containsExactly("the cat", null, "a dog");
  }

  @Test
  void aPipelineThatHoldsItIsSavedAndLoadedAndFeedsAnEvaluator() throws Exception {
    Dataset<Row> pairs =
        LocalSpark.pairs(200, 2).withColumn("label", functions.expr("cast(id % 2 as double)"));
    PipelineStage[] stages = {
      new SQLTransformer().setStatement("SELECT id, label, upper(a) AS a, b FROM __THIS__"),
      onPairs().setInFlight(7).setThreads(0),
    };
    PipelineModel pipeline = new Pipeline().setStages(stages).fit(pairs);
    String path = folder.resolve("pipeline").toString();
    pipeline.save(path);
    PipelineModel loaded = PipelineModel.load(path);
    GanglionTransformer stage = (GanglionTransformer) loaded.stages()[1];
    assertThat(stage.getOrDefault(stage.inFlight())).isEqualTo(7);
    assertThat(stage.uid()).isEqualTo(stages[1].uid());
    Dataset<Row> answered = loaded.transform(pairs);
    assertThat(answered.collectAsList()).isEqualTo(pipeline.transform(pairs).collectAsList());
    assertThat(new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answered))
        .isBetween(0.0, 1.0);
  }

  @Test
  void aCopyTakesOtherSettingsAndLeavesTheFirstAsItWas() {
    GanglionTransformer first = onPairs();
    GanglionTransformer copy = first.copy(new ParamMap().put(first.predictionCol(), "guess"));
    assertThat(copy.transformSchema(LocalSpark.pairs(1, 1).schema()).fieldNames())
        .containsExactly("id", "a", "b", "guess", "predictedLabel", "probability");
    assertThat(first.getOrDefault(first.predictionCol())).isEqualTo("prediction");
  }

  @Test
  void whatCannotWorkIsRefusedBeforeAnythingRuns() {
    Dataset<Row> pairs = LocalSpark.pairs(1, 1);
    refused(new GanglionTransformer().setTextCol("a"), pairs, "No model is set: set artifact");
    refused(onPairs().setEndpoint("localhost:1"), pairs, "Both artifact and endpoint are set");
    refused(
        onPairs().setTextCol("c"), pairs, "There is no column c (textCol); there are: id, a, b");
    refused(onPairs().setSecondTextCol("id"), pairs, "The column id (secondTextCol) holds int");
    refused(onPairs().setPredictionCol("a"), pairs, "There is a column a already");
    refused(onPairs().setTask("embed"), pairs, "A vector is that of one text");
    refused(
        onPairs().setPredictionCol("").setPredictedLabelCol("").setProbabilityCol(""),
        pairs,
        "The names of all columns for answers are empty");
    assertThatThrownBy(() -> onPairs().setTask("tag")).hasMessageContaining("task");
    assertThatThrownBy(() -> onPairs().setInFlight(0)).hasMessageContaining("inFlight");
  }

  private static void refused(
      GanglionTransformer transformer, Dataset<Row> rows, String complaint) {
    assertThatThrownBy(() -> transformer.transform(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void anArtifactThatIsNotThereFailsTheJobWithASentence() {
    assertThatThrownBy(
            () -> onPairs().setArtifact("nowhere").transform(LocalSpark.pairs(1, 1)).collect())
        .hasStackTraceContaining("is neither among the files that Spark was given");
  }

  @Test
  void aFunctionThatComesNextFindsTheAnswersByTheirNames() {
    MapFunction<Row, String> label = row -> row.getAs("predictedLabel");
    assertThat(
            onPairs()
                .transform(LocalSpark.pairs(4, 1))
                .map(label, Encoders.STRING())
                .collectAsList())
        .hasSize(4)
        .doesNotContainNull();
  }

  @Test
  void theModelStaysOpenBetweenJobs() throws Exception {
    Path model = TestArtifacts.tiny().seed(7).write(folder.resolve("kept"));
    GanglionTransformer transformer = onPairs().setArtifact(model.toString());
    List<Row> first = transformer.transform(LocalSpark.pairs(20, 2)).collectAsList();
    Path weights;
    try (var files = Files.list(model)) {
      weights = files.filter(file -> file.toString().endsWith(".safetensors")).findAny().get();
    }
    Files.delete(weights);
    assertThat(transformer.transform(LocalSpark.pairs(20, 2)).collectAsList()).isEqualTo(first);
    assertThat(Collections.frequency(first, first.get(0))).isEqualTo(1);
  }
}
