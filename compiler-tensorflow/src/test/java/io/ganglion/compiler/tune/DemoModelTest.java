package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.tune.pairs.Mix;
import io.ganglion.compiler.tune.pairs.PairGenerator;
import io.ganglion.compiler.tune.pairs.PairVocabulary;
import io.ganglion.compiler.tune.pairs.Split;
import io.ganglion.compiler.tune.pairs.TextPair;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the trained model in the project against what its README and the demo say. */
class DemoModelTest {
  private static final Path DEMO_MODEL = Path.of("..", "demo-model").toAbsolutePath().normalize();
  private static final Path SAVED_MODEL = DEMO_MODEL.resolve("saved_model");

  /** The most by which the accuracies of two precisions may differ. */
  private static final double ALLOWED = 0.005;

  /** Accuracy and F1, in percent. */
  private static final Pattern README_ROW =
      Pattern.compile("\\| test, 2,000 \\(`pairs.tsv`\\) \\| ([0-9.]+) % \\| ([0-9.]+) % \\|");

  /** The change from one or two toss-ups among 2,000 pairs. */
  private static final double TOSS_UPS = 0.001;

  @TempDir private Path directory;

  @Test
  void itsVocabularyIsTheGenerators() throws Exception {
    assertThat(Files.readAllLines(SAVED_MODEL.resolve("assets").resolve("vocab.txt")))
        .isEqualTo(PairVocabulary.pieces());
  }

  @Test
  void itIsAsRightOnItsTestPairsAsItsReadmeSays() throws Exception {
    List<TextPair> pairs = PairTable.read(DEMO_MODEL.resolve("pairs.tsv"));

    assertThat(pairs)
        .as("the pairs that its command makes")
        .isEqualTo(new PairGenerator(Split.HELD_OUT, 5, Mix.PLAIN).next(2000));
    Evaluation evaluation = evaluate(pairs);
    assertThat(evaluation.accuracy()).isGreaterThanOrEqualTo(0.95);
    Matcher row = README_ROW.matcher(Files.readString(DEMO_MODEL.resolve("README.md")));
    assertThat(row.find()).as("README's row of the test pairs").isTrue();
    // Other CPUs sum in another order, so a few toss-ups among 2,000 pairs may change.
    assertThat(100 * evaluation.accuracy())
        .isCloseTo(Double.parseDouble(row.group(1)), within(100 * ALLOWED));
    assertThat(100 * evaluation.f1())
        .isCloseTo(Double.parseDouble(row.group(2)), within(100 * ALLOWED));
  }

  @Test
  void itIsAboutAsGoodOnPairsThatNobodyHasSeen() throws Exception {
    assertThat(evaluate(new PairGenerator(Split.HELD_OUT, 1001, Mix.PLAIN).next(1000)).accuracy())
        .isGreaterThan(0.93);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void everyPrecisionIsAsRightAsTensorFlowOnDevAndTestPairs(Precision precision) throws Exception {
    Path artifact = directory.resolve("artifact");
    ModelCompiler.compile(options(artifact, precision), Progress.SILENT);

    for (long seed : new long[] {4, 5}) {
      List<TextPair> pairs = new PairGenerator(Split.HELD_OUT, seed, Mix.PLAIN).next(2000);
      double tensorFlow = evaluate(pairs).accuracy();
      double core = onCpuCore(artifact, examples(pairs)).accuracy();
      System.out.printf(
          Locale.ROOT,
          "%s, pairs of seed %d: %.4f, TensorFlow %.4f%n",
          precision,
          seed,
          core,
          tensorFlow);
      assertThat(core)
          .as("%s, pairs of seed %d", precision, seed)
          .isCloseTo(tensorFlow, within(precision == Precision.FP32 ? TOSS_UPS : ALLOWED / 2));
    }
  }

  /** Compiles as the demo does: int8 is calibrated on the model's own kind of pairs. */
  private static CompileOptions options(Path artifact, Precision precision) {
    return CompileOptions.of(SAVED_MODEL, artifact, PrecisionChoice.of(precision))
        .with(new Gate(0, OptionalDouble.empty(), null, DEMO_MODEL.resolve("pairs.tsv")));
  }

  private static Evaluation evaluate(List<TextPair> pairs) throws Exception {
    BertConfig config = BertConfig.read(SAVED_MODEL.resolve("bert_config.json"));
    CheckpointReader reader =
        CheckpointReader.open(SAVED_MODEL.resolve("variables").resolve("variables"));
    Map<String, float[]> weights = reader.read(reader.shapes().keySet());
    List<Example> examples = examples(pairs);
    try (TrainingSession session = new TrainingSession(config, PairLabels.COUNT, 1, 1, 2)) {
      session.initialize(weights);
      return Evaluation.of(session::logits, examples, 0);
    }
  }

  private static List<Example> examples(List<TextPair> pairs) throws Exception {
    Tokenizer tokenizer =
        TokenizerSpec.googleBert(
                Vocabulary.read(SAVED_MODEL.resolve("assets").resolve("vocab.txt")), true)
            .tokenizer(128);
    List<Example> examples = new ArrayList<>();
    for (TextPair pair : pairs) {
      examples.add(new Example(tokenizer.encode(pair.textA(), pair.textB()), pair.label()));
    }
    return examples;
  }

  private static Evaluation onCpuCore(Path artifact, List<Example> examples) throws Exception {
    try (Artifact opened = Artifact.open(artifact);
        CpuCoreFactory factory = CpuCoreFactory.load(opened, new CpuOptions(1, 64));
        NeuronCore core = factory.open(0)) {
      return Evaluation.of(batch -> logits(core, batch), examples, 0);
    }
  }

  private static float[][] logits(NeuronCore core, Batch batch) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      int start = row * batch.length();
      int end = start + Arrays.stream(batch.mask(), start, start + batch.length()).sum();
      sequences.add(
          new TokenSequence(
              Arrays.copyOfRange(batch.ids(), start, end),
              Arrays.copyOfRange(batch.segments(), start, end)));
    }
    try {
      Outputs outputs = core.infer(TokenBatch.of(sequences));
      return IntStream.range(0, outputs.size()).mapToObj(outputs::of).toArray(float[][]::new);
    } catch (CoreFault e) {
      throw new IllegalStateException(e);
    }
  }
}
