package io.ganglion.bench.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.model.scoring.onnx.OnnxScoringModel;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.export.ArtifactExport;
import io.ganglion.compiler.export.ExportFormat;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.huggingface.HuggingFaceSample;
import io.ganglion.engine.Engine;
import io.ganglion.langchain4j.GanglionEmbeddingModel;
import io.ganglion.langchain4j.GanglionScoringModel;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The adapters for LangChain4j beside LangChain4j's own models in process, on ONNX Runtime: the
 * same weights, the same texts, in turns. A program of its own; see {@code ChildJvm}.
 */
final class AdapterComparison {
  /** Begins the last line, which says how many times as fast we are in bf16. */
  static final String RATIO = "ratio ";

  private static final int ROUNDS = 5;
  private static final int DOCUMENTS = 100;
  private static final int TEXTS = 1000;
  private static final int LENGTH = 256;

  /** Words of a document, which with the query make some 128 tokens. */
  private static final int WORDS = 105;

  private static final String MINILM = "/all-minilm-l6-v2";

  private final Path folder;

  private AdapterComparison(Path folder) {
    this.folder = folder;
  }

  /** Takes {@code rerank} or {@code embed}, and an empty folder. */
  public static void main(String[] args) throws Exception {
    AdapterComparison comparison = new AdapterComparison(Path.of(args[1]));
    double ratio = args[0].equals("rerank") ? comparison.rerank() : comparison.embed();
    System.out.println(RATIO + ratio);
  }

  /** A way to do the work, with the time of each round. */
  private record Contender(String name, Work work, List<Double> seconds) {
    Contender(String name, Work work) {
      this(name, work, new ArrayList<>());
    }

    double median() {
      return seconds.stream().sorted().toList().get(ROUNDS / 2);
    }
  }

  /** Asks about all texts, and returns a number or more for each. */
  @FunctionalInterface
  private interface Work {
    List<double[]> run();
  }

  private double rerank() throws Exception {
    Path source = folder.resolve("source");
    List<String> pieces = SampleVocabulary.of(30_522);
    ModelDimensions size = new ModelDimensions(pieces.size(), 512, 2, 384, 6, 12, 1536);
    SampleConfig config = SampleConfig.of(size, 1, LENGTH, Activation.GELU_ERF, 1);
    new HuggingFaceSample().write(source, config, pieces, Progress.SILENT);
    Path wide = compiled(source, PrecisionChoice.FP32);
    Path onnx = folder.resolve("onnx");
    ArtifactExport.write(wide, ExportFormat.ONNX, onnx, Progress.SILENT);
    List<TextSegment> documents = documents();
    String query = BuiltInPairs.of(1).get(0).a();
    ScoringModel theirs =
        new OnnxScoringModel(
            onnx.resolve("model.onnx").toString(), onnx.resolve("tokenizer.json").toString());
    try (Engine bf16 = Engine.open(compiled(source, PrecisionChoice.BF16));
        Engine int8 = Engine.open(compiled(source, PrecisionChoice.INT8))) {
      return compare(
          new Contender("LangChain4j on ONNX Runtime, fp32", scores(theirs, documents, query)),
          new Contender("Ganglion bf16", scores(new GanglionScoringModel(bf16), documents, query)),
          new Contender("Ganglion int8", scores(new GanglionScoringModel(int8), documents, query)));
    }
  }

  private double embed() throws Exception {
    Path source = Files.createDirectories(folder.resolve("minilm"));
    copy(MINILM + ".onnx", source.resolve("model.onnx"));
    copy(MINILM + "-tokenizer.json", source.resolve("tokenizer.json"));
    Files.createDirectories(source.resolve("1_Pooling"));
    Files.writeString(
        source.resolve("modules.json"),
        """
        [{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
         {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}]
        """);
    Files.writeString(
        source.resolve("1_Pooling").resolve("config.json"), "{\"pooling_mode\": \"mean\"}");
    List<TextSegment> texts = new ArrayList<>();
    List<BuiltInPairs.Pair> pairs = BuiltInPairs.of(200);
    for (int i = 0; i < TEXTS; i++) {
      texts.add(TextSegment.from(i + " " + pairs.get(i % pairs.size()).a()));
    }
    EmbeddingModel theirs =
        new OnnxEmbeddingModel(
            source.resolve("model.onnx"), source.resolve("tokenizer.json"), PoolingMode.MEAN);
    try (Engine bf16 = Engine.open(compiled(source, PrecisionChoice.BF16));
        Engine int8 = Engine.open(compiled(source, PrecisionChoice.INT8))) {
      return compare(
          new Contender("LangChain4j on ONNX Runtime, fp32", vectors(theirs, texts)),
          new Contender("Ganglion bf16", vectors(new GanglionEmbeddingModel(bf16), texts)),
          new Contender("Ganglion int8", vectors(new GanglionEmbeddingModel(int8), texts)));
    }
  }

  private static Work scores(ScoringModel model, List<TextSegment> documents, String query) {
    return () ->
        model.scoreAll(documents, query).content().stream()
            .map(score -> new double[] {score})
            .toList();
  }

  private static Work vectors(EmbeddingModel model, List<TextSegment> texts) {
    return () -> model.embedAll(texts).content().stream().map(AdapterComparison::doubles).toList();
  }

  private static double[] doubles(Embedding embedding) {
    double[] values = new double[embedding.vector().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = embedding.vector()[i];
    }
    return values;
  }

  /** Returns how many times as fast the second is as the first. */
  private static double compare(Contender... contenders) {
    List<double[]> right = contenders[0].work.run(); // the first run is for the compilers
    for (Contender contender : contenders) {
      List<double[]> answers = contender.work.run();
      System.out.printf(
          Locale.ROOT,
          "%s: correlation with the first %.5f%n",
          contender.name,
          correlation(right, answers));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Contender contender : contenders) {
        long start = System.nanoTime();
        contender.work.run();
        contender.seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    for (Contender contender : contenders) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.3f s, %.1f times as fast as the first%n",
          contender.name,
          contender.median(),
          contenders[0].median() / contender.median());
    }
    return contenders[0].median() / contenders[1].median();
  }

  /** Of all numbers of all answers. */
  private static double correlation(List<double[]> one, List<double[]> other) {
    double[] a = one.stream().flatMapToDouble(Arrays::stream).toArray();
    double[] b = other.stream().flatMapToDouble(Arrays::stream).toArray();
    if (a.length != b.length) {
      throw new AssertionError(b.length + " numbers instead of " + a.length);
    }
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - meanA) * (b[i] - meanB);
      squareA += (a[i] - meanA) * (a[i] - meanA);
      squareB += (b[i] - meanB) * (b[i] - meanB);
    }
    return product / Math.sqrt(squareA * squareB);
  }

  private Path compiled(Path source, PrecisionChoice precision) throws Exception {
    Path artifact = folder.resolve(source.getFileName() + "-" + precision);
    ModelCompiler.compile(CompileOptions.of(source, artifact, precision), Progress.SILENT);
    return artifact;
  }

  private static List<TextSegment> documents() {
    List<BuiltInPairs.Pair> pairs = BuiltInPairs.of(200);
    List<TextSegment> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      List<String> words = new ArrayList<>();
      for (int next = i; words.size() < WORDS; next++) {
        words.addAll(List.of(pairs.get(next % pairs.size()).b().split(" ", -1)));
      }
      documents.add(TextSegment.from(String.join(" ", words.subList(0, WORDS))));
    }
    return documents;
  }

  private static void copy(String resource, Path to) throws Exception {
    try (InputStream in = AdapterComparison.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), to);
    }
  }
}
