package io.ganglion.bench;

import io.ganglion.bench.measure.Rounds;
import io.ganglion.bench.measure.Rows;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.model.Models;
import io.ganglion.bench.profile.CoreProfile;
import io.ganglion.bench.report.Machine;
import io.ganglion.bench.report.Report;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.cli.OutputFiles;
import io.ganglion.cli.UsageException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.Vocabulary;
import io.ganglion.runtime.text.VocabularyException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags of {@code bench}, and one run from models to report. */
@Command(
    name = "bench",
    description = {
      "Measures Ganglion against TensorFlow, ONNX Runtime and the roofline of its own matrix"
          + " multiplications: the same weights, the same pairs, the same number of threads, in"
          + " turns within one process.",
      "",
      "A row first tries a few batch sizes and thread layouts and keeps its best. Batches hold"
          + " neighbours of the file; -sorted rows first sort all pairs by length, which a server"
          + " cannot. -padded rows pad to the model's length, -longest rows to the longest pair of"
          + " a batch. Answers are compared with the source model's."
    },
    footer = {
      "Examples:",
      "  bench --size mini",
      "  bench --size large --data pairs.tsv --json result.json --work /tmp/bench-large",
      "  bench --size large --work /tmp/bench-large --rows ganglion-int8,roofline-int8",
      "",
      "  bench jmh TokenizerBenchmark    (micro-benchmarks, all without a name; jmh -h for its flags)"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int BUILT_IN_PAIRS = 204;
  private static final int PROFILED_BATCH = 8;

  @CommandLine.ArgGroup(multiplicity = "0..1")
  private Source source = new Source();

  /** What to measure with. */
  static final class Source {
    @Option(
        names = "--size",
        defaultValue = "mini",
        description = "Sample model: tiny, mini, base or large.")
    private String size = "mini";

    @Option(names = "--saved-model", paramLabel = "DIR", description = "A SavedModel of your own.")
    private @Nullable Path savedModel;
  }

  @Option(
      names = "--outliers",
      defaultValue = "0",
      paramLabel = "N",
      description = "Hidden dimensions of a sample model with a far larger scale than the rest.")
  private int outliers;

  @Option(
      names = "--vocab",
      paramLabel = "FILE",
      description =
          "Vocabulary of a sample model, one WordPiece a line: decides how many tokens a text has."
              + " Default: the project's own.")
  private @Nullable Path vocab;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description =
          "Pairs, in GLUE's columns, with their header. Default: the project's own pairs.")
  private @Nullable Path data;

  @Option(
      names = "--pairs",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Most pairs to use, spread evenly over the file.")
  private int pairs;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Keep the models here and find them again. Default: a temporary directory, deleted at the"
              + " end.")
  private @Nullable Path work;

  @Option(
      names = "--rounds",
      defaultValue = "9",
      paramLabel = "N",
      description = "Rounds; 0 makes the models and calibrates only.")
  private int rounds;

  @Option(
      names = "--round-time",
      defaultValue = "2s",
      paramLabel = "TIME",
      description =
          "How long each row runs in each round, as 500ms or 2s; at least three batches of each"
              + " thread.")
  private Duration roundTime;

  @Option(
      names = "--calibration-time",
      defaultValue = "3s",
      paramLabel = "TIME",
      description = "How long each setting runs that a row tries.")
  private Duration calibrationTime;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of every row. Default: as many as there are processors.")
  private @Nullable Integer threads;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "NAME",
      description = "Only rows whose name contains one of these. Default: all.")
  private @Nullable List<String> rows;

  @Option(
      names = "--profile",
      description =
          "Instead of comparing, print where the time of our core goes, in each precision that the"
              + " model can be compiled to.")
  private boolean profile;

  @Override
  public Integer call()
      throws ModelException,
          IOException,
          InterruptedException,
          ArtifactException,
          VocabularyException {
    check();
    try (WorkDirectory directory = WorkDirectory.of(work)) {
      Models models = models(directory.path());
      if (profile) {
        profile(models);
        return 0;
      }
      Report report = measure(models);
      System.out.print(report.text());
      if (json != null) {
        report.write(json);
      }
    }
    return 0;
  }

  private void check() {
    if (pairs < 1 || rounds < 0 || outliers < 0 || (threads != null && threads < 1)) {
      throw new UsageException(
          "--pairs and --threads must be at least 1, --rounds and --outliers at least 0");
    }
    if (json != null) {
      OutputFiles.requireWritable("--json", json);
    }
  }

  private Report measure(Models models)
      throws ModelException,
          IOException,
          InterruptedException,
          ArtifactException,
          VocabularyException {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    ModelManifest manifest;
    Workload workload;
    try (Artifact artifact = Artifact.open(models.artifact(Precision.FP32))) {
      manifest = artifact.manifest();
      Vocabulary vocabulary = Vocabulary.read(artifact.vocabulary());
      PairEncoder encoder =
          new PairEncoder(vocabulary, manifest.lowerCase(), manifest.sequenceLength());
      workload = Workload.of(pairs(), encoder, pairs);
    }
    Rows all = new Rows(models, manifest, workload, count, seconds(calibrationTime));
    Map<String, Rows.Opener> chosen = new LinkedHashMap<>(all.all());
    List<String> wanted = rows;
    if (wanted != null) {
      chosen.keySet().removeIf(name -> wanted.stream().noneMatch(name::contains));
    }
    Rounds turns = new Rounds(rounds, seconds(roundTime), this::say);
    return new Report(Machine.facts(count), facts(manifest, workload), turns.run(chosen));
  }

  private void profile(Models models) throws InterruptedException {
    for (Precision precision : Precision.values()) {
      try {
        CoreProfile one = CoreProfile.of(models.artifact(precision), PROFILED_BATCH, data);
        System.out.print(one.text("ganglion " + precision + ", batches of " + PROFILED_BATCH));
      } catch (ModelException e) {
        System.out.println("ganglion " + precision + " not run: " + e.getMessage());
      }
    }
  }

  private Models models(Path directory) throws ModelException, InterruptedException {
    return source.savedModel == null
        ? Models.sample(source.size, sampleFlags(), directory, this::say)
        : Models.of(source.savedModel, directory, this::say);
  }

  private List<String> sampleFlags() {
    List<String> flags = new ArrayList<>();
    if (outliers > 0) {
      flags.addAll(List.of("--outliers", Integer.toString(outliers)));
    }
    if (vocab != null) {
      flags.addAll(List.of("--vocab", vocab.toAbsolutePath().normalize().toString()));
    }
    return flags;
  }

  private List<Pairs.Pair> pairs() throws IOException {
    if (data != null) {
      return Pairs.read(data, this::say);
    }
    return BuiltInPairs.of(BUILT_IN_PAIRS).stream()
        .map(pair -> new Pairs.Pair(pair.a(), pair.b()))
        .toList();
  }

  private Map<String, Object> facts(ModelManifest manifest, Workload workload) {
    ModelDimensions dimensions = manifest.dimensions();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put(
        "model",
        source.savedModel == null
            ? "sample " + source.size + (outliers > 0 ? " --outliers " + outliers : "")
            : source.savedModel.toString());
    facts.put("layers", dimensions.layers());
    facts.put("hidden_size", dimensions.hiddenSize());
    facts.put("padded_length", manifest.sequenceLength());
    facts.put("data", data == null ? "built-in pairs" : String.valueOf(data.getFileName()));
    facts.put("pairs", workload.size());
    facts.put("mean_tokens", Math.round(100.0 * workload.tokens() / workload.size()) / 100.0);
    facts.put("median_tokens", workload.lengthAt(0.5));
    facts.put("p95_tokens", workload.lengthAt(0.95));
    return facts;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private void say(String progress) {
    System.err.println(progress);
  }
}
