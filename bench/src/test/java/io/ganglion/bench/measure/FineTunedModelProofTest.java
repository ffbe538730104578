package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.tune.Evaluation;
import io.ganglion.compiler.tune.FineTuning;
import io.ganglion.compiler.tune.ModelStart;
import io.ganglion.compiler.tune.PairFiles;
import io.ganglion.compiler.tune.TuneConfig;
import io.ganglion.compiler.tune.TuneProgress;
import io.ganglion.compiler.tune.TuningFiles;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.compiler.verify.LabelCounts;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A model with trained weights, fine-tuned on generated pairs, keeps its answers in every
 * precision: compiled with the usual gate on 500 pairs of its own kind, and served. The run is kept
 * in {@code target} and goes on where it was stopped; training takes a quarter of an hour on two
 * idle cores.
 */
@Tag("proof")
class FineTunedModelProofTest {
  private static final int TRAINING_PAIRS = 12_000;
  private static final int TEST_PAIRS = 500;
  private static final long SEED = 1;
  private static final int THREADS = 2;
  private static final Path WORK = Path.of("target", "fine-tuned-minilm");

  @Test
  void everyPrecisionOfAFineTunedModelAnswersLikeItsSource() throws Exception {
    Path model = tuned();
    Path test = WORK.resolve("pairs").resolve("test.tsv");
    Map<Precision, Double> accuracies = new EnumMap<>(Precision.class);
    for (PrecisionChoice choice : PrecisionChoice.values()) {
      Path artifact = Files.createTempDirectory(WORK, "artifact").resolve("artifact");
      ModelCompiler.Result result =
          ModelCompiler.compile(
              CompileOptions.of(model, artifact, choice)
                  .with(new Gate(0, OptionalDouble.empty(), test, null)),
              Progress.SILENT);
      double accuracy = served(artifact, test);
      System.out.println(row(choice, result, accuracy));
      Precision precision = result.manifest().precision();
      accuracies.put(precision, accuracy);
      LabelCounts labels = result.verification().labels().orElseThrow();
      assertThat(labels.lost()).as("clear labels lost in %s", precision).isZero();
      assertThat(accuracy).isCloseTo(accuracies.get(Precision.FP32), within(0.004));
      assertThat(result.verification().differences().mean()).isLessThanOrEqualTo(most(precision));
      assertThat(result.manifest().layerPrecision()).isEmpty();
    }
  }

  /** Mean differences of a probability: what rounding alone costs this model, and little more. */
  private static double most(Precision precision) {
    return switch (precision) {
      case FP32 -> 2e-6;
      case BF16 -> 6e-4;
      case INT8 -> 6e-3;
    };
  }

  private static Path tuned() throws Exception {
    Path encoder = WORK.resolve("encoder");
    Path pairs = WORK.resolve("pairs");
    TuningFiles files =
        new TuningFiles(pairs, TrainedEncoder.vocabulary(encoder), WORK.resolve("run"));
    Path model = WORK.resolve("run").resolve("saved_model");
    if (Files.exists(model)) {
      return model;
    }
    if (!Files.exists(pairs)) {
      PairFiles.generate(pairs, TRAINING_PAIRS, TEST_PAIRS, SEED);
    }
    TuneConfig config = new TuneConfig(128, 32, 2e-5, 3, 0.1, SEED, THREADS, 100);
    TrainedEncoder.ALL_MINILM_L6_V2.write(encoder);
    ModelStart start = new ModelStart(TrainedEncoder.model(encoder));
    new FineTuning(files, false, start, config, new Told(), () -> false).run();
    return model;
  }

  private static String row(PrecisionChoice choice, ModelCompiler.Result result, double accuracy) {
    Verification v = result.verification();
    LabelCounts labels = v.labels().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %s, mean %.1e, 99.9 %% %.1e, largest %.1e, clear labels %d of %d, all %d of %d,"
            + " %.0f inputs/s, accuracy served %.1f %%",
        choice,
        result.manifest().precision(),
        v.differences().mean(),
        v.differences().tail(),
        v.differences().largest(),
        labels.clearKept(),
        labels.clear(),
        labels.kept(),
        labels.all(),
        result.trials().get(result.trials().size() - 1).perSecond(),
        100 * accuracy);
  }

  /** The share of pairs to which a server of this artifact gives the right label. */
  private static double served(Path artifact, Path test) throws Exception {
    List<String> lines = Files.readAllLines(test);
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    int right = 0;
    try (ServerProcess server = ServerProcess.start(artifact, List.of());
        GanglionClient client =
            GanglionClient.builder().target("localhost:" + server.port()).build()) {
      for (String line : lines.subList(1, lines.size())) {
        String[] columns = line.split("\t", -1);
        answers.add(client.classify(new TextPair(columns[3], columns[4])));
      }
      for (int i = 0; i < answers.size(); i++) {
        int label = Integer.parseInt(lines.get(i + 1).split("\t", 2)[0]);
        right += answers.get(i).join().labelIndex() == label ? 1 : 0;
      }
    }
    assertThat(answers).hasSize(TEST_PAIRS);
    return (double) right / answers.size();
  }

  /** Writes each evaluation to the test's output. */
  private static final class Told implements TuneProgress {
    @Override
    public void note(String line) {
      System.out.println(line);
    }

    @Override
    public void resumed(Path checkpoint) {
      System.out.println("going on from " + checkpoint);
    }

    @Override
    public void start(int step, int steps, int perEpoch) {}

    @Override
    public void step(int step, float stepLoss) {}

    @Override
    public void evaluated(Evaluation evaluation) {
      System.out.println(evaluation);
    }
  }
}
