package io.ganglion.bench;

import io.ganglion.bench.measure.Rounds;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.model.Models;
import io.ganglion.bench.report.Report;
import io.ganglion.bench.report.ScalingReport;
import io.ganglion.bench.workload.Pairs;
import io.ganglion.bench.workload.Workload;
import io.ganglion.cli.OutputFiles;
import io.ganglion.cli.UsageException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code bench}, and one run from models to report. */
@Command(
    name = "bench",
    description = {
      "Measures Ganglion against TensorFlow, PyTorch, ONNX Runtime and the roofline of its own"
          + " matrix multiplications: the same weights, the same pairs, the same number of threads, in"
          + " turns within one process.",
      "",
      "A row first tries a few batch sizes and thread layouts and keeps its best. Batches hold"
          + " neighbours of the file; -sorted rows first sort all pairs by length, which a server"
          + " cannot. -padded rows pad to the model's length, -longest rows to the longest pair of"
          + " a batch. Answers are compared with the source model's.",
      "",
      "Peak is what oneDNN's fastest small product reaches on one core with all data in its level 2"
          + " cache; a row's share of it counts what real tokens need, not what padding takes.",
    },
    footer = {
      "Examples:",
      "  bench --size mini",
      "  bench --size large --data pairs.tsv --json result.json --work /tmp/bench-large",
      "  bench --size large --work /tmp/bench-large --rows ganglion-int8,roofline-int8",
      "  bench --size large --work /tmp/bench-large --scaling --rounds 3",
      "",
      "  bench jmh TokenizerBenchmark    (micro-benchmarks, all without a name; jmh -h for its flags)"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int BUILT_IN_PAIRS = 204;

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
      description =
          "Only the rows of these names, or whose names contain one of these. Default: all.")
  private @Nullable List<String> rows;

  @Option(
      names = "--profile",
      description =
          "Instead of comparing, print where the time of our core goes, in each precision that the"
              + " model can be compiled to, and what a token costs by how many run together.")
  private boolean profile;

  @Option(
      names = "--scaling",
      description =
          "Instead of comparing, run our core in process and served on 1, 2, 4 and so on cores up to"
              + " --threads, and the server with its default flags.")
  private boolean scaling;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call()
      throws ModelException, IOException, InterruptedException, ArtifactException {
    check();
    try (WorkDirectory directory = WorkDirectory.of(work)) {
      BenchRun run = run(models(directory.path()));
      Rounds turns = new Rounds(rounds, seconds(roundTime), this::say);
      if (profile) {
        run.profile(data, System.out::print);
      } else if (scaling) {
        ScalingReport report = run.scaling(turns);
        System.out.print(report.text());
        if (json != null) {
          report.write(json);
        }
      } else {
        Report report = run.compare(rows, turns, seconds(calibrationTime));
        System.out.print(report.text());
        if (json != null) {
          report.write(json);
        }
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

  private BenchRun run(Models models)
      throws ModelException, IOException, InterruptedException, ArtifactException {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (Artifact artifact = Artifact.open(models.artifact(Precision.FP32))) {
      ModelManifest manifest = artifact.manifest();
      Tokenizer tokenizer = artifact.tokenizer().tokenizer(manifest.sequenceLength());
      Workload workload = Workload.of(pairs(), tokenizer, pairs);
      return new BenchRun(models, manifest, workload, count, header(), this::say);
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

  private Map<String, Object> header() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS));
    header.put(
        "command", "bench " + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
    header.put(
        "model",
        source.savedModel == null
            ? "sample " + source.size + (outliers > 0 ? " --outliers " + outliers : "")
            : source.savedModel.toString());
    header.put("data", data == null ? "built-in pairs" : String.valueOf(data.getFileName()));
    return header;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private void say(String progress) {
    System.err.println(progress);
  }
}
