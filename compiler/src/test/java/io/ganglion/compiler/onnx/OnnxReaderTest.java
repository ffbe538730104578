package io.ganglion.compiler.onnx;

import static io.ganglion.compiler.onnx.OnnxWriter.attribute;
import static io.ganglion.compiler.onnx.OnnxWriter.message;
import static io.ganglion.compiler.onnx.OnnxWriter.raw;
import static io.ganglion.compiler.onnx.OnnxWriter.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
  @TempDir Path temp;

  /** A writer with an input x and an output y. */
  private static OnnxWriter writer() {
    OnnxWriter writer = new OnnxWriter(14);
    writer.input("x", OnnxType.FLOAT, -1);
    writer.output("y", -1);
    return writer;
  }

  private OnnxModel read(OnnxWriter writer) throws CompileException, IOException {
    return OnnxReader.read(writer.write(temp.resolve("model.onnx")));
  }

  private void assertRefused(OnnxWriter writer, String... parts) {
    assertThatThrownBy(() -> read(writer))
        .isInstanceOf(CompileException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void nodesAreInOrderAndThoseThatNobodyNeedsAreLeftOut() throws Exception {
    OnnxWriter writer = writer();
    writer.node("", "Neg", List.of("half"), List.of("y"));
    writer.node("", "Foo", List.of("x"), List.of("unread"));
    writer.node("", "Abs", List.of("x"), List.of("half"));
    OnnxModel model = read(writer);
    assertThat(model.graph().nodes()).extracting(OnnxNode::op).containsExactly("Abs", "Neg");
    assertThat(model.opset()).isEqualTo(14);
    assertThat(model.producer()).isEqualTo("a test");
    assertThat(model.graph().inputs())
        .containsExactly(new OnnxGraph.Value("x", OnnxType.FLOAT, true, List.of(-1L)));
  }

  @Test
  void constantsAreReadFromInitializersAndNodesInEveryForm() throws Exception {
    OnnxWriter writer = writer();
    writer.constant(
        message(
            out -> out.writeInt64(1, 2),
            out -> out.writeInt32(2, OnnxType.FLOAT.number()),
            out -> out.writeFloat(4, 1.5f),
            out -> out.writeFloat(4, -2),
            out -> out.writeString(8, "listed")));
    writer.node("", "Constant", List.of(), List.of("whole"), attribute("value_int", 7));
    writer.node("", "Constant", List.of(), List.of("real"), attribute("value_float", 0.5f));
    writer.node(
        "", "Constant", List.of(), List.of("many"), attribute("value_ints", new long[] {3, -4}));
    ByteString half = tensor("t", OnnxType.FLOAT16, raw(OnnxType.FLOAT16, 1.25f), 1);
    writer.node("", "Constant", List.of(), List.of("half"), attribute("value", half));
    writer.node("", "Sum", List.of("x", "listed", "whole", "real", "many", "half"), List.of("y"));
    var constants = read(writer).graph().constants();
    assertThat(constants.get("listed").real(1)).isEqualTo(-2);
    assertThat(constants.get("whole").integer(0)).isEqualTo(7);
    assertThat(constants.get("real").real(0)).isEqualTo(0.5);
    assertThat(constants.get("many").integer(1)).isEqualTo(-4);
    assertThat(constants.get("half").real(0)).isEqualTo(1.25);
  }

  @Test
  void aRootOfTwoThatWasRoundedTo16BitsIsTakenAsTheAuthorMeantIt() throws Exception {
    OnnxWriter writer = writer();
    writer.reals(OnnxType.FLOAT16);
    String root = writer.real((float) Math.sqrt(2));
    String other = writer.real(1.3f);
    writer.node("", "Sum", List.of("x", root, other), List.of("y"));
    var constants = read(writer).graph().constants();
    assertThat(constants.get(root).real(0)).isEqualTo(Math.sqrt(2));
    assertThat(constants.get(other).real(0)).isNotEqualTo(1.3).isBetween(1.299, 1.301);
  }

  @Test
  void aCycleIsNamed() {
    OnnxWriter writer = writer();
    writer.node("", "Add", List.of("x", "b"), List.of("a"));
    writer.node("", "Neg", List.of("a"), List.of("b"));
    writer.node("", "Abs", List.of("b"), List.of("y"));
    assertRefused(writer, "has a cycle through node the ", "export it again");
  }

  @Test
  void aLongChainIsReadWithoutRecursion() throws Exception {
    OnnxWriter writer = writer();
    writer.node("", "Neg", List.of("x"), List.of("n0"));
    for (int i = 1; i < 50_000; i++) {
      writer.node("", "Neg", List.of("n" + (i - 1)), List.of("n" + i));
    }
    writer.node("", "Neg", List.of("n49999"), List.of("y"));
    assertThat(read(writer).graph().nodes()).hasSize(50_001);
  }

  @Test
  void aTensorFromNowhereAndOneThatIsMadeTwiceAreNamed() {
    OnnxWriter nowhere = writer();
    nowhere.node("", "Add", List.of("x", "ghost"), List.of("y"));
    assertRefused(nowhere, "has no tensor ghost, which node the y (Add) reads");
    OnnxWriter twice = writer();
    twice.node("", "Neg", List.of("x"), List.of("y"));
    twice.node("", "Abs", List.of("x"), List.of("y"));
    assertRefused(twice, "gives the tensor y twice, at node the y (Abs)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"If", "Loop", "Scan"})
  void branchesAndLoopsAreRefusedByName(String op) {
    OnnxWriter writer = writer();
    ByteString graph =
        message(
            out -> out.writeString(1, "body"),
            out -> out.writeBytes(6, ByteString.copyFromUtf8("not even a graph")),
            out -> out.writeInt32(20, 5));
    writer.node("", op, List.of("x"), List.of("y"), graph);
    assertRefused(writer, "node the y (" + op + ")", "branches and loops are not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"QLinearMatMul", "DequantizeLinear", "MatMulInteger", "DynamicQuantizeLinear"})
  void aQuantizedModelIsRefusedWithWhatToGive(String op) {
    OnnxWriter writer = writer();
    writer.node("", op, List.of("x"), List.of("y"));
    assertRefused(writer, "is quantized: node the y (" + op + ")", "give the model in fp32");
  }

  @Test
  void shapesThatAreNegativeOrHugeOrDoNotFitAreNamed() {
    for (long[] shape : new long[][] {{-1}, {1L << 40}, {1 << 20, 1 << 20, 1 << 20}, {3}}) {
      OnnxWriter writer = writer();
      writer.constant(tensor("weights", OnnxType.FLOAT, raw(OnnxType.FLOAT, 1, 2), shape));
      writer.node("", "Add", List.of("x", "weights"), List.of("y"));
      assertRefused(writer, "weights", "export the model again");
    }
  }

  @Test
  void anOldOpsetIsRefusedWithTheOneThatIsNeeded() {
    OnnxWriter writer = new OnnxWriter(9);
    writer.node("", "Neg", List.of("x"), List.of("y"));
    assertRefused(writer, "opset 9", "at least 11");
  }

  @Test
  void everyTruncationIsRefusedWithASentence() throws Exception {
    byte[] whole = BertFile.of(BertFile.Form.OPSET_11).bytes().toByteArray();
    Path file = temp.resolve("cut.onnx");
    for (int size = 0; size < whole.length; size += 997) {
      Files.write(file, java.util.Arrays.copyOf(whole, size));
      assertThatThrownBy(() -> OnnxReader.read(file))
          .as(size + " bytes")
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("cut.onnx")
          .hasMessageEndingWith(".");
    }
  }

  @Test
  void whatIsNoOnnxFileIsRefused() throws Exception {
    Path text = Files.writeString(temp.resolve("model.onnx"), "{\"a\": [1, 2, 3]}");
    assertThatThrownBy(() -> OnnxReader.read(text))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is not an ONNX file, or it is damaged");
    assertThatThrownBy(() -> OnnxReader.read(temp.resolve("none.onnx")))
        .hasMessageContaining("There is no file");
  }

  @Test
  void aNestedGraphIsSkippedHoweverDeepItIs() {
    ByteString graph = ByteString.EMPTY;
    for (int depth = 0; depth < 5_000; depth++) {
      ByteString inner = graph;
      graph = message(out -> out.writeBytes(1, message(node -> node.writeBytes(5, inner))));
    }
    ByteString deepest = graph;
    OnnxWriter writer = writer();
    ByteString attribute =
        message(out -> out.writeString(1, "body"), out -> out.writeBytes(6, deepest));
    writer.node("", "Odd", List.of("x"), List.of("y"), attribute);
    assertRefused(writer, "branches and loops are not supported");
  }
}
