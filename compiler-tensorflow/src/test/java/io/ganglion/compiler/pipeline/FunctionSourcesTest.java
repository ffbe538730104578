package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.pipeline.FunctionBert.Head;
import io.ganglion.compiler.pipeline.FunctionEmbeddings.Family;
import io.ganglion.compiler.pipeline.FunctionEmbeddings.Library;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.source.Sources;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.SavedModel;

/** Compiles SavedModels of TensorFlow 2, with functions, captured resources and object names. */
public class FunctionSourcesTest {
  private static final int HIDDEN = FunctionBert.HIDDEN;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Library.class)
  void aLibrarysClassifierAnswersAsItsSource(Library library) throws Exception {
    ModelManifest manifest = compile(new FunctionBert(library));
    assertThat(manifest.dimensions().layers()).isEqualTo(2);
    assertThat(manifest.dimensions().heads()).isEqualTo(FunctionBert.HEADS);
    assertThat(manifest.activation())
        .isEqualTo(library == Library.HUGGING_FACE ? Activation.GELU_ERF : Activation.GELU_TANH);
    assertThat(manifest.task().output()).isEqualTo(OutputActivation.SOFTMAX);
  }

  @Test
  void aModelWithoutMaskAndSegmentInputsAnswersAsItsSource() throws Exception {
    FunctionBert model = new FunctionBert(Library.HUGGING_FACE);
    model.withMask = false;
    model.withSegments = false;
    model.stableSoftmax = true;
    model.idType = ElementType.INT64;
    compile(model);
  }

  @Test
  void aLayerNormByTheMeanOfSquaresAnswersAsItsSource() throws Exception {
    FunctionBert model = new FunctionBert(Library.KERAS);
    model.meanOfSquares = true;
    compile(model);
  }

  @Test
  void dropoutThatWaitsForTheLearningPhaseIsPassedOver() throws Exception {
    FunctionBert model = new FunctionBert(Library.KERAS);
    model.learningPhase = true;
    Path source = model.write(temp.resolve("source"));
    assertThat(Sources.installed().open(source, null, Progress.SILENT).model().layers()).hasSize(2);
  }

  @Test
  void aModelThatTakesTextIsRefused() throws Exception {
    FunctionBert model = new FunctionBert(Library.KERAS);
    model.fromText = true;
    model.idType = ElementType.INT64;
    refused(model, "this input takes text", "export the classifier alone");
  }

  @Test
  void aFixedLengthWithoutAMaskIsRefusedAsPaddingIsRead() throws Exception {
    FunctionBert model = new FunctionBert(Library.HUGGING_FACE);
    model.withMask = false;
    model.length = 48;
    refused(model, "there is no attention mask", "48");
  }

  @ParameterizedTest
  @EnumSource(Library.class)
  void aModelWithOneSegmentTakesPairs(Library library) throws Exception {
    FunctionBert model = new FunctionBert(library);
    model.segments = 1;
    assertThat(compile(model).dimensions().segments()).isEqualTo(2);
  }

  static Stream<Arguments> heads() {
    return Stream.of(
        head(
            "batch norm, dense",
            1,
            (m, x) -> m.dense("out", m.batchNorm("bn", x, HIDDEN), HIDDEN, 3)),
        head("dense, batch norm", 1, (m, x) -> m.batchNorm("bn", m.dense("out", x, HIDDEN, 3), 3)),
        head(
            "dense, relu, batch norm, dense, softmax",
            2,
            (m, x) ->
                m.graph.real(
                    "prob",
                    "Softmax",
                    m.dense(
                        "out",
                        m.batchNorm(
                            "bn",
                            m.graph.real("relu", "Relu", m.dense("inner", x, HIDDEN, 24)),
                            24),
                        24,
                        3))),
        head(
            "dense, relu, fused batch norm",
            2,
            (m, x) ->
                m.fusedBatchNorm(
                    "bn", m.graph.real("relu", "Relu", m.dense("out", x, HIDDEN, 3)), 3, false)),
        head(
            "dense, fused batch norm, gelu, dense, sigmoid",
            2,
            (m, x) ->
                m.graph.real(
                    "sig",
                    "Sigmoid",
                    m.dense(
                        "out",
                        m.gelu(
                            "gelu/",
                            m.fusedBatchNorm("bn", m.dense("inner", x, HIDDEN, 24), 24, false)),
                        24,
                        1))));
  }

  private static Arguments head(String name, int layers, Head head) {
    return Arguments.of(name, layers, head);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void aHeadIsFoldedIntoDenseLayers(String name, int layers, Head head) throws Exception {
    FunctionBert model = new FunctionBert(Library.KERAS);
    model.layers = 1;
    model.head = head;
    ModelManifest manifest = compile(model);
    assertThat(manifest.head()).hasSize(1 + layers); // the pooler is the first
    assertThat(manifest.head().get(layers).activation()).isEqualTo(Activation.NONE);
  }

  @Test
  void headsThatCannotRunAreRefusedByName() throws Exception {
    FunctionBert elu = new FunctionBert(Library.KERAS);
    elu.head =
        (m, x) -> m.dense("out", m.graph.real("elu", "Elu", m.dense("in", x, HIDDEN, 8)), 8, 2);
    refused(elu, "elu (Elu)", "a head with ELU is not supported");
    FunctionBert training = new FunctionBert(Library.KERAS);
    training.head = (m, x) -> m.dense("out", m.fusedBatchNorm("bn", x, HIDDEN, true), HIDDEN, 2);
    refused(training, "this batch norm is in training mode");
    FunctionBert normed = new FunctionBert(Library.KERAS);
    normed.head = (m, x) -> m.dense("out", m.norm("ln", x, 2, HIDDEN), HIDDEN, 2);
    refused(normed, "a layer norm in the head is not supported");
    FunctionBert none = new FunctionBert(Library.KERAS);
    none.head = (m, x) -> x;
    refused(none, "there is no classification head to compile");
  }

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of(Family.ALBERT, dense("classifier"), "ALBERT"),
        Arguments.of(Family.ROBERTA, dense("classifier"), "RoBERTa"),
        Arguments.of(
            Family.DISTILBERT,
            (Head)
                (m, x) ->
                    m.dense(
                        "classifier",
                        m.graph.real("relu", "Relu", m.dense("pre_classifier", x, HIDDEN, HIDDEN)),
                        HIDDEN,
                        2),
            "DistilBERT"),
        Arguments.of(
            Family.ELECTRA,
            (Head)
                (m, x) ->
                    m.dense("out", m.gelu("gelu/", m.dense("in", x, HIDDEN, HIDDEN)), HIDDEN, 2),
            "ELECTRA"));
  }

  private static Head dense(String name) {
    return (model, x) -> model.dense(name, x, HIDDEN, 2);
  }

  @ParameterizedTest
  @MethodSource("families")
  void relativesOfBertAreRefusedByName(Family family, Head head, String name) throws Exception {
    FunctionBert model = new FunctionBert(Library.HUGGING_FACE);
    model.family = family;
    model.head = head;
    refused(model, "so this looks like", name);
  }

  /** Classifiers of 2 and 5 labels, in tower_a and tower_b. */
  public static Path twoTowers(Path directory) throws Exception {
    FunctionBert model = new FunctionBert(Library.HUGGING_FACE);
    model.layers = 1;
    model.scope = "tower_a/bert";
    model.outputName = "first";
    model.head = dense("tower_a/classifier");
    model.add();
    model.scope = "tower_b/bert";
    model.outputName = "second";
    model.head = (m, x) -> m.dense("tower_b/classifier", x, HIDDEN, 5);
    return model.write(directory);
  }

  @Test
  void oneOfSeveralClassifiersIsChosenByItsScope() throws Exception {
    Path source = twoTowers(temp.resolve("source"));
    assertThatThrownBy(() -> compile(source, null))
        .hasMessageContaining("name the scope of one: tower_a/bert")
        .hasMessageContaining("tower_b/bert");
    assertThat(compile(source, "tower_b").labels()).hasSize(5);
    assertThat(compile(source, "first").labels()).hasSize(2);
    assertThatThrownBy(() -> compile(source, "tower_c")).hasMessageContaining("none of its");
  }

  @Test
  void variablesAreFoundByTheObjectGraphWhereNothingRestoresThem() throws Exception {
    Path source = new FunctionBert(Library.HUGGING_FACE).write(temp.resolve("source"));
    int all = SavedModelReader.read(source).variables().size();
    Path file = source.resolve("saved_model.pb");
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    var graph = model.getMetaGraphsBuilder(0).getGraphDefBuilder();
    graph.removeNode(graph.getNodeCount() - 1);
    Files.write(file, model.build().toByteArray());
    assertThat(all).isEqualTo(SavedModelReader.read(source).checkpointKeys().size());
    assertThat(SavedModelReader.read(source).variables()).hasSize(all);
  }

  /** Its graph is a genuine export from the inputs to the pooled output. */
  @Test
  void aGenuineEncoderWithAHeadAddedAnswersAsItsSource() throws Exception {
    Path genuine =
        Path.of(
            System.getProperty("ganglion.shared.data", "absent"), "savedmodels/detext_bert_hub");
    assumeThat(genuine).as("no genuine models beside this checkout").exists();
    Path source = GenuineEncoder.withHead(genuine, temp.resolve("source"));
    assertThat(compile(source, null).dimensions().layers()).isEqualTo(1);
  }

  private ModelManifest compile(FunctionBert model) throws Exception {
    return compile(model.write(temp.resolve("source")), null);
  }

  private ModelManifest compile(Path source, String scope) throws CompileException {
    CompileOptions options =
        Samples.options(source, temp.resolve("artifact-" + scope), Precision.FP32, null)
            .withScope(scope);
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    System.out.println("largest difference " + result.verification().largestDifference());
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
    return result.manifest();
  }

  private void refused(FunctionBert model, String... said) throws Exception {
    Path source = model.write(Files.createTempDirectory(temp, "source").resolve("model"));
    assertThatThrownBy(() -> compile(source, null))
        .isInstanceOf(CompileException.class)
        .hasMessageContainingAll(said);
  }
}
