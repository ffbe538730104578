package io.ganglion.spark;

import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Asks a Ganglion model about the texts of each row, in a pipeline or alone. The model runs in the
 * executors ({@code artifact}) or on servers ({@code endpoint}). Rows keep their order within
 * partitions; a row without a text has null answers. As Spark's own, it is not thread-safe while
 * its parameters are being set.
 *
 * <pre>{@code
 * Dataset<Row> answered = new GanglionTransformer()
 *     .setArtifact("/models/paraphrase").setTextCol("a").setSecondTextCol("b").transform(pairs);
 * }</pre>
 */
public final class GanglionTransformer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> artifact;
  private final IntParam threads;
  private final Param<String> endpoint;
  private final LongParam deadlineMs;
  private final BooleanParam tls;
  private final Param<String> trustFile;
  private final Param<String> tokenFile;
  private final Param<String> task;
  private final Param<String> textCol;
  private final Param<String> secondTextCol;
  private final Param<String> predictionCol;
  private final Param<String> predictedLabelCol;
  private final Param<String> probabilityCol;
  private final Param<String> scoreCol;
  private final Param<String> embeddingCol;
  private final Param<String> vectorType;
  private final IntParam dimensions;
  private final Param<String> handleInvalid;
  private final IntParam inFlight;

  /** A transformer with its usual settings and an identifier of its own. */
  public GanglionTransformer() {
    this(Identifiable$.MODULE$.randomUID("ganglion"));
  }

  /**
   * A transformer with its usual settings; Spark makes copies through this.
   *
   * @param uid its identifier
   */
  public GanglionTransformer(String uid) {
    this.uid = uid;
    artifact =
        text(
            "artifact",
            "model for the executors: absolute path, URI, or name of a file given to Spark",
            "");
    threads = number("threads", "threads of each executor's model; 0: the executor's cores", 0, 0);
    endpoint = text("endpoint", "servers to ask instead, host:port, separated by commas", "");
    deadlineMs =
        new LongParam(
            this,
            "deadlineMs",
            "time for a request to servers, retries included",
            ParamValidators.gtEq(1));
    setDefault(deadlineMs, 30_000L);
    tls = new BooleanParam(this, "tls", "whether servers are asked over TLS");
    setDefault(tls, false);
    trustFile = text("trustFile", "PEM file on the executors: whom to trust over TLS", "");
    tokenFile = text("tokenFile", "file on the executors: token for the servers", "");
    task = choice("task", "what the model is asked", "classify", "score", "embed");
    textCol = text("textCol", "column of the texts", "text");
    secondTextCol =
        text("secondTextCol", "column of the second texts, where a model takes pairs", "");
    predictionCol =
        text(
            "predictionCol",
            "classify: column for the best label's number; empty for none",
            "prediction");
    predictedLabelCol =
        text(
            "predictedLabelCol",
            "classify: column for the best label; empty for none",
            "predictedLabel");
    probabilityCol =
        text(
            "probabilityCol",
            "classify: column for all probabilities; empty for none",
            "probability");
    scoreCol = text("scoreCol", "score: column for the score", "score");
    embeddingCol = text("embeddingCol", "embed: column for the vector", "embedding");
    vectorType =
        choice(
            "vectorType",
            "type of probabilities and vectors: Spark ML's, or array<float>",
            "vector",
            "array");
    dimensions = number("dimensions", "embed: values of a vector; 0: those of the model", 0, 0);
    handleInvalid =
        choice(
            "handleInvalid",
            "when the model refuses a row: fail, answer null, or leave the row out",
            "error",
            "keep",
            "skip");
    inFlight =
        number(
            "inFlight",
            "most rows that a task has asked about and not yet passed on",
            AskPartition.USUAL_IN_FLIGHT,
            1);
  }

  private Param<String> text(String name, String doc, String usual) {
    Param<String> param = new Param<>(this, name, doc);
    setDefault(param, usual);
    return param;
  }

  private Param<String> choice(String name, String doc, String... values) {
    Param<String> param =
        new Param<>(
            this,
            name,
            doc + " (" + String.join(", ", values) + ")",
            ParamValidators.inArray(List.of(values)));
    setDefault(param, values[0]);
    return param;
  }

  private IntParam number(String name, String doc, int usual, int least) {
    IntParam param = new IntParam(this, name, doc, ParamValidators.gtEq(least));
    setDefault(param, usual);
    return param;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Where the model for the executors is; see {@link ModelSource#artifact}. */
  public Param<String> artifact() {
    return artifact;
  }

  /** Sets {@link #artifact()}. */
  public GanglionTransformer setArtifact(String value) {
    set(artifact, value);
    return this;
  }

  /** On how many threads the model of each executor computes. */
  public IntParam threads() {
    return threads;
  }

  /** Sets {@link #threads()}. */
  public GanglionTransformer setThreads(int value) {
    set(threads, value);
    return this;
  }

  /** Which servers are asked instead; see {@link ModelSource#endpoint}. */
  public Param<String> endpoint() {
    return endpoint;
  }

  /** Sets {@link #endpoint()}. */
  public GanglionTransformer setEndpoint(String value) {
    set(endpoint, value);
    return this;
  }

  /** How long a request to servers may take. */
  public LongParam deadlineMs() {
    return deadlineMs;
  }

  /** Sets {@link #deadlineMs()}. */
  public GanglionTransformer setDeadlineMs(long value) {
    set(deadlineMs, value);
    return this;
  }

  /** Whether servers are asked over TLS. */
  public BooleanParam tls() {
    return tls;
  }

  /** Sets {@link #tls()}. */
  public GanglionTransformer setTls(boolean value) {
    set(tls, value);
    return this;
  }

  /** Whom to trust over TLS. */
  public Param<String> trustFile() {
    return trustFile;
  }

  /** Sets {@link #trustFile()}. */
  public GanglionTransformer setTrustFile(String value) {
    set(trustFile, value);
    return this;
  }

  /** Where the token for the servers is. */
  public Param<String> tokenFile() {
    return tokenFile;
  }

  /** Sets {@link #tokenFile()}. */
  public GanglionTransformer setTokenFile(String value) {
    set(tokenFile, value);
    return this;
  }

  /** What the model is asked. */
  public Param<String> task() {
    return task;
  }

  /** Sets {@link #task()}. */
  public GanglionTransformer setTask(String value) {
    set(task, value);
    return this;
  }

  /** Where the texts are. */
  public Param<String> textCol() {
    return textCol;
  }

  /** Sets {@link #textCol()}. */
  public GanglionTransformer setTextCol(String value) {
    set(textCol, value);
    return this;
  }

  /** Where the second texts of pairs are. */
  public Param<String> secondTextCol() {
    return secondTextCol;
  }

  /** Sets {@link #secondTextCol()}. */
  public GanglionTransformer setSecondTextCol(String value) {
    set(secondTextCol, value);
    return this;
  }

  /** Where the best label's number goes. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Sets {@link #predictionCol()}. */
  public GanglionTransformer setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** Where the best label goes. */
  public Param<String> predictedLabelCol() {
    return predictedLabelCol;
  }

  /** Sets {@link #predictedLabelCol()}. */
  public GanglionTransformer setPredictedLabelCol(String value) {
    set(predictedLabelCol, value);
    return this;
  }

  /** Where all probabilities go. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** Sets {@link #probabilityCol()}. */
  public GanglionTransformer setProbabilityCol(String value) {
    set(probabilityCol, value);
    return this;
  }

  /** Where the score goes. */
  public Param<String> scoreCol() {
    return scoreCol;
  }

  /** Sets {@link #scoreCol()}. */
  public GanglionTransformer setScoreCol(String value) {
    set(scoreCol, value);
    return this;
  }

  /** Where the vector goes. */
  public Param<String> embeddingCol() {
    return embeddingCol;
  }

  /** Sets {@link #embeddingCol()}. */
  public GanglionTransformer setEmbeddingCol(String value) {
    set(embeddingCol, value);
    return this;
  }

  /** How probabilities and vectors stand in their column. */
  public Param<String> vectorType() {
    return vectorType;
  }

  /** Sets {@link #vectorType()}. */
  public GanglionTransformer setVectorType(String value) {
    set(vectorType, value);
    return this;
  }

  /** How many values a vector has. */
  public IntParam dimensions() {
    return dimensions;
  }

  /** Sets {@link #dimensions()}. */
  public GanglionTransformer setDimensions(int value) {
    set(dimensions, value);
    return this;
  }

  /** What becomes of a row that the model refuses. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** Sets {@link #handleInvalid()}. */
  public GanglionTransformer setHandleInvalid(String value) {
    set(handleInvalid, value);
    return this;
  }

  /** How many rows a task has in flight. */
  public IntParam inFlight() {
    return inFlight;
  }

  /** Sets {@link #inFlight()}. */
  public GanglionTransformer setInFlight(int value) {
    set(inFlight, value);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    RowPlan<?> plan = settings().plan(dataset.schema());
    AskPartition<Row, ?, Row> asking =
        plan.over(settings().source(), schema, (Integer) $(inFlight));
    return dataset.toDF().mapPartitions(asking, Encoders.row(schema));
  }

  /** Refuses what cannot work, before anything runs; the model itself is not opened. */
  @Override
  public StructType transformSchema(StructType schema) {
    return settings().schema(schema);
  }

  private Settings settings() {
    return new Settings(
        new Settings.Where(
            $(artifact).strip(),
            (Integer) $(threads),
            $(endpoint).strip(),
            (Long) $(deadlineMs),
            (Boolean) $(tls),
            $(trustFile),
            $(tokenFile)),
        $(textCol),
        $(secondTextCol),
        columns(),
        RowPlan.Invalid.valueOf($(handleInvalid).toUpperCase(Locale.ROOT)));
  }

  private AnswerColumns<?> columns() {
    VectorForm form = VectorForm.valueOf($(vectorType).toUpperCase(Locale.ROOT));
    return switch ($(task)) {
      case "score" -> new ScoreColumns($(scoreCol));
      case "embed" -> new EmbedColumns($(embeddingCol), form, (Integer) $(dimensions));
      default ->
          new ClassifyColumns($(predictionCol), $(predictedLabelCol), $(probabilityCol), form);
    };
  }

  @Override
  public GanglionTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * What loads one that was saved, alone or in a pipeline.
   *
   * @return a reader
   */
  public static MLReader<GanglionTransformer> read() {
    return new DefaultParamsReader<>();
  }

  /**
   * Loads one that was saved.
   *
   * @param path where
   * @return the transformer, with its settings
   */
  public static GanglionTransformer load(String path) {
    return read().load(path);
  }
}
