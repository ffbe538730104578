package io.ganglion.compiler.backend.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/** TensorFlow itself runs what is written for neuron-cc. */
class GraphDefEmitterTest {
  private static final int BATCH = 3;
  private static final int LENGTH = 12;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "FP32,1", "FP32,2", "FP32,6", "FP32,12", "FP32,24", "FP16,1", "FP16,2", "FP16,6", "FP16,12",
    "FP16,24", "BF16,1", "BF16,24"
  })
  void tensorFlowGivesTheModelsProbabilities(NeuronType asked, int layers) throws Exception {
    NeuronType type = NeuronTarget.INF1.emitted(asked);
    ModelDimensions dimensions = new ModelDimensions(50, 16, 2, 64, layers, 4, 128);
    EncoderModel model = EncoderModel.of(TestArtifacts.of(dimensions), layers);
    assertThat(error(model, type)).isLessThanOrEqualTo(EncoderModel.tolerance(type));
  }

  @ParameterizedTest
  @CsvSource({"64, 1", "64, 12", "512, 1"})
  void layerNormsInSixteenBitsCostLittleAndChangeTheProgram(int hidden, int layers)
      throws Exception {
    ModelDimensions dimensions = new ModelDimensions(50, 16, 2, hidden, layers, 4, 2 * hidden);
    EncoderModel model = EncoderModel.of(TestArtifacts.of(dimensions), layers);
    double narrow = error(model, NeuronType.FP16, NeuronType.FP16);
    assertThat(narrow).isNotEqualTo(error(model, NeuronType.FP16)).isLessThanOrEqualTo(2e-3);
    GraphDef graph = emit(model, NeuronType.FP16, NeuronType.FP16);
    assertThat(graph.getNodeList())
        .filteredOn(node -> node.getName().endsWith(".gamma"))
        .hasSize(2 * layers)
        .allMatch(node -> node.getAttrOrThrow("dtype").getType() == DataType.DT_HALF);
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyActivationOfTheEncoderIsSaid(Activation activation) throws Exception {
    EncoderModel model = EncoderModel.of(TestArtifacts.tiny().activation(activation), 5);
    assertThat(error(model, NeuronType.FP32)).isLessThanOrEqualTo(1e-5);
  }

  @Test
  void everyActivationOfAHeadIsSaid() throws Exception {
    for (Activation activation : Activation.values()) {
      TestArtifacts artifact =
          TestArtifacts.tiny()
              .labels("a", "b", "c")
              .head(
                  new HeadLayer("hidden", 32, 16, activation),
                  new HeadLayer("out", 16, 3, Activation.NONE));
      EncoderModel model = EncoderModel.of(artifact, 6);
      assertThat(error(model, NeuronType.FP32)).as("%s", activation).isLessThanOrEqualTo(1e-5);
    }
  }

  @Test
  void nothingOfTheGraphIsVariableOrUnknown() throws Exception {
    EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
    GraphDef graph = emit(model, NeuronType.FP16);
    for (NodeDef node : graph.getNodeList()) {
      assertThat(node.getOp())
          .isIn(
              "Placeholder",
              "Const",
              "MatMul",
              "BatchMatMul",
              "Add",
              "Mul",
              "Sub",
              "Cast",
              "Reshape",
              "Transpose",
              "Slice",
              "Softmax",
              "Mean",
              "SquaredDifference",
              "Rsqrt",
              "Tanh",
              "Erf",
              "Relu",
              "Identity");
      if (node.getOp().equals("Placeholder")) {
        node.getAttrOrThrow("shape")
            .getShape()
            .getDimList()
            .forEach(size -> assertThat(size.getSize()).isPositive());
      }
    }
  }

  @Test
  void theInputsAndTheOutputAreDescribed() {
    EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
    EncoderShape shape =
        new EncoderShape(model.manifest(), NeuronType.FP16, NeuronType.FP32, 4, 64);
    assertThat(GraphDefEmitter.ioConfig(shape))
        .isEqualTo(
            "{\"inputs\":{\"embeddings:0\":[[4,64,32],\"float16\"],"
                + "\"mask_bias:0\":[[4,1,1,64],\"float16\"]},\"outputs\":[\"logits:0\"]}");
  }

  @Test
  void aWeightOfAnotherSizeIsRefused() {
    EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
    EncoderShape shape =
        new EncoderShape(model.manifest(), NeuronType.FP32, NeuronType.FP32, BATCH, LENGTH);
    Path file = folder.resolve("graph_def.pb");
    assertThatThrownBy(() -> GraphDefEmitter.emit(shape, name -> new float[5], file))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("5 values");
  }

  private GraphDef emit(EncoderModel model, NeuronType type) throws Exception {
    return emit(model, type, NeuronType.FP32);
  }

  private GraphDef emit(EncoderModel model, NeuronType type, NeuronType norms) throws Exception {
    Path file = folder.resolve("graph_def.pb");
    EncoderShape shape = new EncoderShape(model.manifest(), type, norms, BATCH, LENGTH);
    GraphDefEmitter.emit(shape, model.weights()::get, file);
    return GraphDef.parseFrom(Files.readAllBytes(file));
  }

  private double error(EncoderModel model, NeuronType type) throws Exception {
    return error(model, type, NeuronType.FP32);
  }

  private double error(EncoderModel model, NeuronType type, NeuronType norms) throws Exception {
    int hidden = model.manifest().dimensions().hiddenSize();
    double worst = 0;
    Random random = new Random(7);
    try (Graph graph = new Graph()) {
      graph.importGraphDef(emit(model, type, norms));
      try (Session session = new Session(graph)) {
        for (int round = 0; round < 3; round++) {
          List<TokenSequence> inputs = model.inputs(1 + round, LENGTH, random);
          Map<String, float[]> host = model.hostPart(inputs, BATCH, LENGTH);
          try (Tensor embeddings =
                  tensor(type, host.get(NeuronProgram.EMBEDDINGS), BATCH, LENGTH, hidden);
              Tensor mask = tensor(type, host.get(NeuronProgram.MASK_BIAS), BATCH, 1, 1, LENGTH);
              Result result =
                  session
                      .runner()
                      .feed("embeddings:0", embeddings)
                      .feed("mask_bias:0", mask)
                      .fetch("logits:0")
                      .run()) {
            TFloat32 logits = (TFloat32) result.get(0);
            float[] values = new float[(int) logits.size()];
            logits.asRawTensor().data().asFloats().read(values);
            worst = Math.max(worst, model.error(inputs, values));
          }
        }
      }
    }
    return worst;
  }

  private static Tensor tensor(NeuronType type, float[] values, long... sizes) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    type.put(bytes, values, values.length);
    Class<? extends TType> tensorType =
        switch (type) {
          case FP32 -> TFloat32.class;
          case FP16 -> TFloat16.class;
          case BF16 -> TBfloat16.class;
        };
    return Tensor.of(
        tensorType, Shape.of(sizes), raw -> raw.asRawTensor().data().write(bytes.array()));
  }
}
