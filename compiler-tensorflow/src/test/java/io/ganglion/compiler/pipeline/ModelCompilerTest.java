package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.Sources;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.compiler.verify.LabelCounts;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCompilerTest {
  private static final Path DATA = Path.of(System.getProperty("ganglion.shared.data", "absent"));

  @TempDir Path temp;

  @Test
  void tinyAnswersAsItsSourceOnTwoHundredPairs() throws Exception {
    answersAsItsSource(Samples.config(Samples.dimensions(2, 128, 2, 128)));
  }

  @Test
  void miniAnswersAsItsSourceOnTwoHundredPairs() throws Exception {
    answersAsItsSource(Samples.config(Samples.dimensions(4, 256, 4, 128)));
  }

  @Test
  @Tag("proof")
  void twoLayersAsWideAsBertLargeAnswerAsTheirSourceOnTwoHundredPairs() throws Exception {
    answersAsItsSource(Samples.config(Samples.dimensions(2, 1024, 16, 128)));
  }

  private void answersAsItsSource(SampleConfig config) throws Exception {
    Path source = Samples.write(temp.resolve("source"), config);
    Path pairs = Samples.pairs(temp.resolve("pairs.tsv"), 200);
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      Path output = temp.resolve(precision.toString());
      Verification verification =
          ModelCompiler.compile(Samples.options(source, output, precision, pairs), Progress.SILENT)
              .verification();
      assertThat(verification.inputs()).isEqualTo(200);
      assertThat(verification.largestDifference())
          .isLessThanOrEqualTo(precision == Precision.FP32 ? 1e-5 : 1e-2);
      LabelCounts labels = verification.labels().orElseThrow();
      assertThat(labels.clear()).isGreaterThan(100);
      assertThat(labels.lost()).isZero();
    }
  }

  @Test
  void aSamplesAnswerDependsOnThePair() throws Exception {
    Path directory =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(2, 128, 2, 64)));
    Oracle oracle = Sources.installed().open(directory, null, Progress.SILENT).oracle();
    Tokenizer tokenizer =
        TokenizerSpec.googleBert(Vocabulary.read(directory.resolve("assets/vocab.txt")), true)
            .tokenizer(64);
    List<TokenSequence> inputs =
        BuiltInPairs.of(200).stream().map(pair -> tokenizer.encode(pair.a(), pair.b())).toList();
    double[] probabilities =
        oracle.answer(inputs, Progress.SILENT).answers().stream().mapToDouble(p -> p[1]).toArray();
    double mean = average(probabilities);
    double variance = 0;
    for (double probability : probabilities) {
      variance += (probability - mean) * (probability - mean) / probabilities.length;
    }
    assertThat(Math.sqrt(variance)).isGreaterThanOrEqualTo(0.1);
  }

  private static double average(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  @Test
  void theSameInputGivesTheSameBytes() throws Exception {
    Path source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    for (String name : List.of("a", "b")) {
      CompileOptions options =
          CompileOptions.of(source, temp.resolve(name), PrecisionChoice.BF16)
              .with(CompileOptions.Rewriting.EMITTED);
      ModelCompiler.compile(options, Progress.SILENT);
    }
    List<Path> files = files(temp.resolve("a"));
    assertThat(files).hasSize(7).isEqualTo(files(temp.resolve("b")));
    for (Path file : files) {
      assertThat(temp.resolve("a").resolve(file))
          .hasSameBinaryContentAs(temp.resolve("b").resolve(file));
    }
    Path again =
        Samples.write(temp.resolve("again"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    assertThat(digest(again)).isEqualTo(digest(source));
  }

  private static String digest(Path source) throws CompileException {
    return Sources.installed().open(source, null, Progress.SILENT).digest(Progress.SILENT);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).map(directory::relativize).sorted().toList();
    }
  }

  @Test
  void whatIsFoundInTheGraphIsWrittenToTheManifest() throws Exception {
    ModelDimensions dimensions = new ModelDimensions(2048, 96, 2, 96, 3, 3, 160);
    SampleConfig config =
        new SampleConfig(dimensions, 5, 48, Activation.GELU_ERF, "other/scope", false, false, 3);
    Path source = Samples.write(temp.resolve("source"), config);
    Samples.compile(source, temp.resolve("artifact"), Precision.FP32);
    try (Artifact artifact = Artifact.open(temp.resolve("artifact"))) {
      assertThat(artifact.manifest().dimensions()).isEqualTo(dimensions);
      assertThat(artifact.manifest().labels()).hasSize(5);
      assertThat(artifact.manifest().activation()).isEqualTo(Activation.GELU_ERF);
      assertThat(artifact.manifest().layerNormEpsilon()).isEqualTo(1e-12f);
      assertThat(artifact.manifest().sequenceLength()).isEqualTo(48);
      assertThat(artifact.manifest().task().output()).isEqualTo(OutputActivation.SOFTMAX);
      assertThat(artifact.manifest().provenance().sourceDigest()).isEqualTo(digest(source));
    }
  }

  @Test
  void aGenuineEstimatorExportCompiles() throws Exception {
    Path source = DATA.resolve("savedmodels/bleurt_estimator");
    assumeThat(source).as("no genuine models beside this checkout").exists();
    CompileOptions options =
        CompileOptions.of(source, temp.resolve("bleurt"), PrecisionChoice.FP32)
            .with(new CompileOptions.Shape(128, 4))
            .with(new CompileOptions.Text(DATA.resolve("bert_uncased_vocab.txt"), true, List.of()));
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    assertThat(result.manifest().task().output()).isEqualTo(OutputActivation.IDENTITY);
    assertThat(result.manifest().dimensions())
        .isEqualTo(new ModelDimensions(30522, 512, 2, 128, 2, 2, 512));
  }

  @Test
  void aGenuineEncoderWithoutAHeadIsReadButNotCompiled() throws Exception {
    Path directory = DATA.resolve("savedmodels/detext_bert_hub");
    assumeThat(directory).as("no genuine models beside this checkout").exists();
    SourceModel source = SavedModelReader.read(directory);
    assertThat(source.checkpointKeys()).hasSize(23);
    for (var weight : source.checkpointKeys().values()) {
      assertThat(weight.read()).hasSize(weight.elements());
    }
    assertThatThrownBy(() -> Sources.installed().open(directory, null, Progress.SILENT))
        .hasMessageContaining("there is no classification head to compile");
  }

  @Test
  void aModelOutsideTheToleranceIsNotKept() throws Exception {
    Path source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    Path output = temp.resolve("output");
    CompileOptions strict =
        CompileOptions.of(source, output, PrecisionChoice.BF16).with(Gate.of(1e-9, 1));
    assertThatThrownBy(() -> ModelCompiler.compile(strict, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining(
            "In bf16 the answers are too far from the source's: the mean difference");
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactly(source);
    }
  }

  @Test
  void theEmittedSavedModelRunsInTensorFlowAndAnswersAlike() throws Exception {
    Path source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(2, 64, 2, 64)));
    Verification wide = emitted(source, "fp32", NumberTypes.of(PrecisionChoice.FP32));
    assertThat(wide.largestDifference()).isLessThanOrEqualTo(1e-5);
    for (NeuronType type : List.of(NeuronType.BF16, NeuronType.FP16)) {
      NumberTypes types = new NumberTypes(PrecisionChoice.BF16, type);
      Verification narrow = emitted(source, type.toString(), types);
      assertThat(narrow.largestDifference()).isBetween(1e-6, 1e-2);
      assertThat(narrow.labels().orElseThrow().lost()).isZero();
    }
    CompileOptions again =
        CompileOptions.of(
                temp.resolve("fp32/saved_model"), temp.resolve("again"), PrecisionChoice.FP32)
            .with(new CompileOptions.Text(source.resolve("assets/vocab.txt"), true, List.of()));
    Verification recompiled = ModelCompiler.compile(again, Progress.SILENT).verification();
    assertThat(recompiled.largestDifference()).isLessThanOrEqualTo(1e-5);
  }

  private Verification emitted(Path source, String name, NumberTypes types) throws Exception {
    Path output = temp.resolve(name);
    CompileOptions options =
        CompileOptions.of(source, output, types.precision())
            .with(types)
            .with(CompileOptions.Rewriting.EMITTED);
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    OperatorCounts operators = result.operators().orElseThrow();
    Source.GraphSize size = operators.source().orElseThrow();
    assertThat(size.inference()).isLessThan(size.all());
    assertThat(operators.core()).isPositive().isLessThan(operators.rewritten());
    assertThat(operators.work().coreShare()).isBetween(0.9, 1.0);
    assertThat(SavedModelReader.read(output.resolve("saved_model")).signatures()).hasSize(1);
    Artifact.open(output).close();
    return Objects.requireNonNull(result.emitted());
  }

  @Test
  void aCrudeGeluIsMeasuredAndWrittenToTheManifest() throws Exception {
    Path source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(2, 128, 2, 64)));
    CompileOptions options =
        CompileOptions.of(source, temp.resolve("crude"), PrecisionChoice.FP32)
            .with(Gate.of(0, 0.9))
            .with(new CompileOptions.Rewriting(true, false, true));
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    assertThat(result.manifest().activation()).isEqualTo(Activation.GELU_SIGMOID);
    assertThat(result.verification().largestDifference()).isBetween(1e-5, 0.25);
    Verification emitted = Objects.requireNonNull(result.emitted());
    assertThat(emitted.largestDifference())
        .isCloseTo(result.verification().largestDifference(), within(1e-4));
  }

  @Test
  void whatAggressiveOptimizationsCostIsMeasured() throws Exception {
    Path source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(2, 128, 2, 64)));
    CompileOptions options =
        CompileOptions.of(source, temp.resolve("aggressive"), PrecisionChoice.BF16)
            .with(Gate.of(0, 0.9))
            .with(new CompileOptions.Rewriting(true, true, true));
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    Verification emitted = Objects.requireNonNull(result.emitted());
    assertThat(emitted.largestDifference()).isBetween(1e-5, 0.25);
    assertThat(emitted.largestDifference()).isNotEqualTo(result.verification().largestDifference());
    assertThat(result.manifest().provenance().flags())
        .contains("precision=bf16", "dtype=bf16", "aggressive-optimizations");
  }

  @Test
  void aFrozenGraphCompiles() throws Exception {
    SampleConfig config =
        new SampleConfig(
            Samples.dimensions(1, 64, 2, 64), 3, 32, Activation.GELU_ERF, "x", true, true, 5);
    Path source = Samples.write(temp.resolve("source"), config);
    byte[] graph =
        org.tensorflow.proto.SavedModel.parseFrom(
                Files.readAllBytes(source.resolve("saved_model.pb")))
            .getMetaGraphs(0)
            .getGraphDef()
            .toByteArray();
    Path file = Files.write(source.resolve("frozen.pb"), graph);
    CompileOptions options =
        CompileOptions.of(file, temp.resolve("artifact"), PrecisionChoice.FP32)
            .with(
                new CompileOptions.Text(
                    source.resolve("assets/vocab.txt"), true, List.of("a", "b", "c")));
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    assertThat(result.manifest().dimensions()).isEqualTo(config.dimensions());
    assertThat(result.manifest().labels()).containsExactly("a", "b", "c");
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
  }
}
