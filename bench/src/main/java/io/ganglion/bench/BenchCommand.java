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
import java.nio.file.Files;
import java.nio.file.Path;
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
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    description = {
      "Measures Ganglion against TensorFlow, ONNX Runtime and the roofline of its own matrix"
          + " multiplications: the same weights, the same pairs, the same number of threads, in"
          + " turns within one process.",
      "",
      "A row first tries a few batch sizes and thread layouts and keeps its best. Batches hold"
          + " neighbours of the file; -sorted rows first sort all pairs by length, which a server"
          + " cannot. -padded rows pad to the model's length, -longest rows to the longest pair of"
          + " a batch. Answers are compared with the source model's.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  bench --size mini",
      "  bench --size large --data pairs.tsv --json result.json --work /tmp/bench-large",
      "  bench --size large --work /tmp/bench-large --rows ganglion-int8,roofline-int8",
      "",
      "  bench jmh TokenizerBenchmark    (micro-benchmarks, all without a name; jmh -h for its flags)",
      "",
      "Exit codes: 0 done, 1 the work failed, 2 wrong usage."
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
        description = "sample model: tiny, mini, base or large")
    private String size = "mini";

    @Option(names = "--saved-model", paramLabel = "DIR", description = "a SavedModel of your own")
    private @Nullable Path savedModel;
  }

  @Option(
      names = "--outliers",
      defaultValue = "0",
      description = "hidden dimensions of a sample model with a far larger scale than the rest")
  private int outliers;

  @Option(
      names = "--vocab",
      paramLabel = "FILE",
      description =
          "vocabulary of a sample model, one WordPiece a line: decides how many tokens a text has;"
              + " without it the project's own")
  private @Nullable Path vocab;

  @Option(
      names = "--data",
      paramLabel = "TSV",
      description =
          "pairs: two columns, or the five of GLUE's MRPC; without it the project's own pairs")
  private @Nullable Path data;

  @Option(
      names = "--pairs",
      defaultValue = "1000",
      description = "most pairs to use, spread evenly over the file")
  private int pairs;

  @Option(names = "--json", paramLabel = "OUT", description = "also write the result as JSON")
  private @Nullable Path json;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "keep the models here and find them again; without it they are made in a temporary"
              + " directory and deleted")
  private @Nullable Path work;

  @Option(
      names = "--rounds",
      defaultValue = "9",
      description = "rounds; 0 makes the models and calibrates only")
  private int rounds;

  @Option(
      names = "--seconds-per-round",
      defaultValue = "2",
      description =
          "seconds that each row runs in each round; at least three batches of each thread")
  private double secondsPerRound;

  @Option(
      names = "--calibration-seconds",
      defaultValue = "3",
      description = "seconds for each setting that a row tries")
  private double calibrationSeconds;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "threads of every row; 0: as many as there are processors")
  private int threads;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "NAME",
      description = "only rows whose name contains one of these")
  private List<String> rows = List.of();

  @Option(
      names = "--profile",
      description =
          "instead of comparing, print where the time of our core goes, in each precision that the"
              + " model can be compiled to")
  private boolean profile;

  @Option(names = "--verbose", description = "stack traces with errors")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  @Override
  public Integer call()
      throws ModelException,
          IOException,
          InterruptedException,
          ArtifactException,
          VocabularyException {
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

  private Report measure(Models models)
      throws ModelException,
          IOException,
          InterruptedException,
          ArtifactException,
          VocabularyException {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    ModelManifest manifest;
    Workload workload;
    try (Artifact artifact = Artifact.open(models.artifact(Precision.FP32))) {
      manifest = artifact.manifest();
      Vocabulary vocabulary = Vocabulary.read(artifact.vocabulary());
      PairEncoder encoder =
          new PairEncoder(vocabulary, manifest.lowerCase(), manifest.sequenceLength());
      workload = Workload.of(pairs(), encoder, pairs);
    }
    Rows all = new Rows(models, manifest, workload, count, calibrationSeconds);
    Map<String, Rows.Opener> chosen = new LinkedHashMap<>(all.all());
    chosen.keySet().removeIf(name -> !rows.isEmpty() && rows.stream().noneMatch(name::contains));
    Rounds turns = new Rounds(rounds, secondsPerRound, this::say);
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
      return Pairs.read(data);
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

  private void say(String progress) {
    System.err.println(progress);
  }

  /** Where the models are; deleted at the end unless the user named it. */
  private record WorkDirectory(Path path, boolean temporary) implements AutoCloseable {
    static WorkDirectory of(@Nullable Path named) throws IOException {
      if (named != null) {
        return new WorkDirectory(named.toAbsolutePath(), false);
      }
      WorkDirectory made = new WorkDirectory(Files.createTempDirectory("ganglion-bench"), true);
      Runtime.getRuntime().addShutdownHook(new Thread(made::deleteIfLeft));
      return made;
    }

    /** After a signal: gigabytes of models must not stay behind. */
    private void deleteIfLeft() {
      try {
        if (Files.exists(path)) {
          close();
        }
      } catch (IOException e) {
        System.err.println("could not delete " + path + ": " + e.getMessage());
      }
    }

    @Override
    public void close() throws IOException {
      if (temporary) {
        com.google.common.io.MoreFiles.deleteRecursively(
            path, com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }
}
