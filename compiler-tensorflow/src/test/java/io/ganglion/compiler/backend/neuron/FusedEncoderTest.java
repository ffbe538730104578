package io.ganglion.compiler.backend.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.savedmodel.NeuronOpSavedModel;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SourceRunner;
import io.ganglion.compiler.savedmodel.SourceRunner.Feed;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.TokenSequence;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * Tests the SavedModel for TensorFlow-Neuron. TensorFlow does not know its operator here. So the
 * test reads the operator as data and runs the graph in it instead.
 */
class FusedEncoderTest {
  private static final int BATCH = 3;
  private static final String NODE = "neuron_op";

  @TempDir Path folder;

  private final EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
  private final ModelManifest manifest = model.manifest();
  private Path work;
  private Path bin;

  @BeforeEach
  void folders() throws Exception {
    work = Files.createDirectory(folder.resolve("work"));
    bin = Files.createDirectory(folder.resolve("bin"));
  }

  private Optional<FusedEncoder> compile(NeuronTarget target, NeuronType type) throws Exception {
    FakeCompiler.working(bin, target.compiler());
    NeuronOptions options =
        new NeuronOptions(
            target,
            type,
            false,
            BATCH,
            List.of(16, manifest.sequenceLength()),
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(60),
            0,
            false);
    NeuronBackEnd backEnd = NeuronBackEnd.of(options, bin.toString(), line -> {});
    backEnd.compile(manifest, model.weights()::get, work, folder.resolve("model"));
    return backEnd.fused(manifest, model.weights()::get, work);
  }

  private Path write(NeuronType type) throws Exception {
    FusedEncoder fused = compile(NeuronTarget.INF1, type).orElseThrow();
    Path directory = work.resolve("neuron/saved_model");
    NeuronOpSavedModel.write(directory, graph(), manifest, fused, Progress.SILENT);
    return directory;
  }

  private NeuronGraph graph() {
    return NeuronGraph.of(
        model.bert(),
        manifest.sequenceLength(),
        new NeuronGraph.Numerics(ElementType.HALF, ElementType.FLOAT, false),
        TargetOperators.INF1);
  }

  private static MetaGraphDef read(Path directory) throws Exception {
    SavedModel saved =
        SavedModel.parseFrom(Files.readAllBytes(directory.resolve("saved_model.pb")));
    assertThat(saved.getMetaGraphsCount()).isEqualTo(1);
    assertThat(saved.getMetaGraphs(0).getMetaInfoDef().getTagsList()).containsExactly("serve");
    return saved.getMetaGraphs(0);
  }

  private static NodeDef neuronOp(GraphDef graph) {
    List<NodeDef> all =
        graph.getNodeList().stream().filter(node -> node.getOp().equals("NeuronOp")).toList();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void theOperatorHasTheAttributesThatTensorFlowNeuronReads() throws Exception {
    NodeDef node = neuronOp(read(write(NeuronType.FP16)).getGraphDef());
    Map<String, AttrValue> attributes = node.getAttrMap();
    assertThat(attributes)
        .containsOnlyKeys(
            "graph_def",
            "executable",
            "input_names",
            "input_dtypes",
            "input_shapes",
            "input_batch_axis",
            "output_names",
            "output_dtypes",
            "output_shapes",
            "output_batch_axis",
            "model_config");
    assertThat(texts(attributes.get("input_names"))).containsExactly("embeddings:0", "mask_bias:0");
    assertThat(attributes.get("input_dtypes").getList().getTypeList())
        .containsExactly(DataType.DT_HALF, DataType.DT_HALF);
    assertThat(shapes(attributes.get("input_shapes")))
        .containsExactly(List.of(3L, 64L, 32L), List.of(3L, 1L, 1L, 64L));
    assertThat(attributes.get("input_batch_axis").getList().getIList()).containsExactly(0L, 0L);
    assertThat(texts(attributes.get("output_names"))).containsExactly("logits:0");
    assertThat(attributes.get("output_dtypes").getList().getTypeList())
        .containsExactly(DataType.DT_FLOAT);
    assertThat(shapes(attributes.get("output_shapes"))).containsExactly(List.of(3L, 2L));
    assertThat(attributes.get("output_batch_axis").getList().getIList()).containsExactly(0L);
    assertThat(attributes.get("model_config").getList().getIList())
        .containsExactly(-1L, 1L, 1L, 10L);
    assertThat(attributes.get("executable").getS().toByteArray())
        .isEqualTo(Files.readAllBytes(work.resolve("neuron/encoder-64.neff")));
    assertThat(node.getInputList()).containsExactly("neuron_op/embeddings", "neuron_op/mask");
    GraphDef inner = GraphDef.parseFrom(attributes.get("graph_def").getS());
    assertThat(inner.getNodeList()).extracting(NodeDef::getName).contains("embeddings", "logits");
  }

  private static List<String> texts(AttrValue value) {
    return value.getList().getSList().stream().map(text -> text.toStringUtf8()).toList();
  }

  private static List<List<Long>> shapes(AttrValue value) {
    return value.getList().getShapeList().stream()
        .map(shape -> shape.getDimList().stream().map(size -> size.getSize()).toList())
        .toList();
  }

  @Test
  void aroundItAreOrdinaryOperatorsAndTheHostsVariables() throws Exception {
    Path directory = write(NeuronType.FP16);
    MetaGraphDef meta = read(directory);
    assertThat(meta.getSignatureDefOrThrow("serving_default").getInputsMap())
        .containsOnlyKeys("input_ids", "input_mask", "segment_ids");
    assertThat(meta.getSignatureDefOrThrow("serving_default").getOutputsOrThrow("probabilities"))
        .satisfies(port -> assertThat(port.getName()).isEqualTo("softmax/probabilities:0"));
    assertThat(meta.getGraphDef().getNodeList())
        .filteredOn(node -> node.getOp().equals("VariableV2"))
        .extracting(NodeDef::getName)
        .containsExactlyInAnyOrder(
            "bert/embeddings/word_embeddings",
            "bert/embeddings/position_embeddings",
            "bert/embeddings/token_type_embeddings",
            "bert/embeddings/LayerNorm/gamma",
            "bert/embeddings/LayerNorm/beta");
    assertThat(work.resolve("neuron")).isDirectoryNotContaining("glob:**.tmp");
  }

  @ParameterizedTest
  @CsvSource({"FP32", "FP16", "BF16"})
  void withItsGraphInItsPlaceTheModelAnswersAsTheReference(NeuronType type) throws Exception {
    Path inlined = inlined(write(type));
    Random random = new Random(3);
    // For bf16, neuron-cc gets fp32.
    double tolerance = EncoderModel.tolerance(NeuronTarget.INF1.emitted(type));
    try (SourceRunner runner = SourceRunner.open(inlined, List.of("serve"))) {
      for (int round = 0; round < 5; round++) {
        List<TokenSequence> inputs = model.inputs(BATCH, manifest.sequenceLength(), random);
        List<float[]> outputs =
            runner.run(
                feeds(inputs), List.of(TensorRef.of(NODE), TensorRef.of("softmax/probabilities")));
        float[] logits = outputs.get(0);
        assertThat(model.error(inputs, logits)).isLessThanOrEqualTo(tolerance);
        for (int row = 0; row < BATCH; row++) {
          float[] expected = manifest.answer(new float[] {logits[2 * row], logits[2 * row + 1]});
          assertThat(outputs.get(1)[2 * row]).isCloseTo(expected[0], within(1e-6f));
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within(float offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  /** The SavedModel with the operator replaced by the graph in its attribute. */
  private Path inlined(Path directory) throws Exception {
    MetaGraphDef meta = read(directory);
    NodeDef op = neuronOp(meta.getGraphDef());
    GraphDef.Builder graph = meta.getGraphDef().toBuilder().clearNode();
    for (NodeDef node : meta.getGraphDef().getNodeList()) {
      if (!node.getName().equals(NODE)) {
        graph.addNode(node);
      }
    }
    GraphDef inner = GraphDef.parseFrom(op.getAttrOrThrow("graph_def").getS());
    int input = 0;
    for (NodeDef node : inner.getNodeList()) {
      NodeDef.Builder copy = node.toBuilder().setName("inner/" + node.getName()).clearInput();
      node.getInputList().forEach(name -> copy.addInput("inner/" + name));
      if (node.getOp().equals("Placeholder")) {
        AttrValue type = node.getAttrOrThrow("dtype");
        copy.setOp("Identity").clearAttr().putAttr("T", type).addInput(op.getInput(input++));
      }
      graph.addNode(copy);
    }
    graph.addNode(
        NodeDef.newBuilder()
            .setName(NODE)
            .setOp("Identity")
            .addInput("inner/logits")
            .putAttr("T", AttrValue.newBuilder().setType(DataType.DT_FLOAT).build()));
    SavedModel plain =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta.toBuilder().setGraphDef(graph))
            .build();
    Files.write(directory.resolve("saved_model.pb"), plain.toByteArray());
    return directory;
  }

  private Map<TensorRef, Feed> feeds(List<TokenSequence> inputs) {
    int length = manifest.sequenceLength();
    int[] ids = new int[BATCH * length];
    int[] mask = new int[BATCH * length];
    int[] segments = new int[BATCH * length];
    for (int row = 0; row < BATCH; row++) {
      TokenSequence input = inputs.get(row);
      for (int i = 0; i < input.length(); i++) {
        ids[row * length + i] = input.inputIds()[i];
        segments[row * length + i] = input.segmentIds()[i];
        mask[row * length + i] = 1;
      }
    }
    long[] shape = {BATCH, length};
    return Map.of(
        TensorRef.of("input_ids"), new Feed(ElementType.INT32, shape, ids),
        TensorRef.of("input_mask"), new Feed(ElementType.INT32, shape, mask),
        TensorRef.of("segment_ids"), new Feed(ElementType.INT32, shape, segments));
  }

  @Test
  void forTheTargetsOfNeuronxCcThereIsNone() throws Exception {
    assertThat(compile(NeuronTarget.INF2, NeuronType.BF16)).isEmpty();
  }

  @Test
  void oneBeyondTwoGibibytesIsRefused() throws Exception {
    FusedEncoder fused = compile(NeuronTarget.INF1, NeuronType.FP16).orElseThrow();
    try (RandomAccessFile neff = new RandomAccessFile(fused.neff().toFile(), "rw")) {
      neff.setLength(Integer.MAX_VALUE); // a sparse file: it takes no space on disk
    }
    assertThatThrownBy(
            () ->
                NeuronOpSavedModel.write(
                    work.resolve("saved_model"), graph(), manifest, fused, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("2 GiB");
  }
}
