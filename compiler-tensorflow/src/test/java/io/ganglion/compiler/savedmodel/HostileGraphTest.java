package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.TensorRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Graphs that nobody exports: each ends in a sentence, soon and in little memory. */
class HostileGraphTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final GraphDef.Builder graph = GraphDef.newBuilder();

  @Test
  void aChainOfTwoHundredThousandNodesIsRefused() {
    chain(200_000);
    refuses("a chain of more than 20000 nodes, at n20000");
  }

  @Test
  void aChainAsLongAsMayBeIsRead() throws Exception {
    chain(ChainLimit.MAX_LENGTH);
    assertThat(GraphImporter.read(graph.build()).graph().size()).isEqualTo(ChainLimit.MAX_LENGTH);
  }

  @Test
  void aChainIsMeasuredAlongItsLongestWay() {
    chain(ChainLimit.MAX_LENGTH);
    graph.addNode(node("last", "AddN", "n0", "n" + (ChainLimit.MAX_LENGTH - 1), "n5"));
    refuses("a chain of more than 20000 nodes, at last");
  }

  @Test
  void aNodeThatReadsItselfIsACycle() {
    graph.addNode(node("a", "Identity", "a"));
    refuses("a cycle, at or before node a");
  }

  @Test
  void aLongCycleIsRefused() {
    chain(100_000);
    graph.getNodeBuilder(0).addInput("n99999");
    refuses("a cycle, at or before node n0");
  }

  @Test
  void aLoopOfTensorFlowOneIsNoCycle() throws Exception {
    graph.addNode(node("enter", "Enter"));
    graph.addNode(node("merge", "Merge", "enter", "next"));
    graph.addNode(node("body", "Identity", "merge"));
    graph.addNode(node("next", "NextIteration", "body"));
    assertThat(GraphImporter.read(graph.build()).graph().size()).isEqualTo(4);
  }

  @Test
  void nestedFunctionsWithLongNamesAreRefused() {
    // Each function calls the next one, and every node's name holds all names above it.
    String name = "f".repeat(100_000);
    for (int i = 0; i < 60; i++) {
      FunctionDef.Builder function = function(name + i);
      for (int n = 0; n < 200; n++) {
        function.addNodeDef(node("n" + n, "NoOp"));
      }
      if (i < 59) {
        function.addNodeDef(call(name + "call" + i, name + (i + 1)));
      }
    }
    graph.addNode(call("call", name + 0));
    refuses("more than 134217728 letters in names");
  }

  @Test
  void manyInputsInsideADeepCallCountTheirLettersToo() {
    FunctionDef.Builder function = function("f");
    NodeDef.Builder wide = NodeDef.newBuilder().setName("wide").setOp("AddN");
    for (int i = 0; i < 20_000; i++) {
      wide.addInput("x" + i);
    }
    function.addNodeDef(wide);
    graph.addNode(call("c".repeat(100_000), "f"));
    refuses("letters in names");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 50})
  void functionsThatMultiplyEachOtherAreRefused(int calls) {
    for (int i = 0; i < 30; i++) {
      FunctionDef.Builder function = function("f" + i);
      for (int n = 0; n < calls && i < 29; n++) {
        function.addNodeDef(call("c" + n, "f" + (i + 1)));
      }
    }
    graph.addNode(call("call", "f0"));
    refuses("The graph has more than");
  }

  @Test
  void controlInputsOfACallThatEveryNodeOfItsFunctionGetsAreCounted() {
    FunctionDef.Builder function = function("f");
    for (int n = 0; n < 2_000; n++) {
      function.addNodeDef(node("n" + n, "NoOp"));
    }
    NodeDef.Builder call = call("call", "f").toBuilder();
    for (int i = 0; i < 10_000; i++) {
      call.addInput("^x" + i);
    }
    graph.addNode(call);
    refuses("more than 5000000 edges");
  }

  @Test
  void aFunctionThatCallsItselfIsRefused() {
    function("f").addNodeDef(call("again", "f"));
    graph.addNode(call("call", "f"));
    refuses("functions call each other without end");
  }

  @Test
  void twoFunctionsThatCallEachOtherAreRefused() {
    function("f").addNodeDef(call("g", "g"));
    function("g").addNodeDef(call("f", "f"));
    graph.addNode(call("call", "f"));
    refuses("functions call each other without end");
  }

  @Test
  void twoFunctionsOfOneNameAreRefused() {
    function("f");
    function("f");
    refuses("Two functions of the graph have the name f");
  }

  @Test
  void twoNodesOfOneNameAreRefused() {
    graph.addNode(node("a", "NoOp")).addNode(node("a", "NoOp"));
    refuses("Two nodes of the graph have the name a");
  }

  @Test
  void aNodeOfACallWithTheNameOfAnotherNodeIsRefused() {
    function("f").addNodeDef(node("x", "NoOp"));
    graph.addNode(node("call/x", "NoOp")).addNode(call("call", "f"));
    refuses("Two nodes of the graph have the name call/x");
  }

  @Test
  void aSentenceStaysShortWhateverTheNames() {
    String name = "n".repeat(1_000_000);
    graph.addNode(node(name, "Identity", "m".repeat(1_000_000)));
    assertThatThrownBy(() -> GraphImporter.read(graph.build()))
        .isInstanceOf(CompileException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000))
        .hasMessageContaining("(1000000 characters)");
  }

  @Test
  void aFunctionThatIsNotThereIsNamed() {
    graph.addNode(call("call", "nowhere"));
    refuses("Node call calls a function \"nowhere\" that the graph does not have");
  }

  @Test
  void aCallWithTooFewInputsIsRefused() {
    function("f").getSignatureBuilder().addInputArg(OpDef.ArgDef.newBuilder().setName("x"));
    graph.addNode(call("call", "f"));
    refuses("gives 0 inputs to function f, which takes 1");
  }

  @Test
  void aResultThatAFunctionDoesNotNameIsRefused() {
    function("f").getSignatureBuilder().addOutputArg(OpDef.ArgDef.newBuilder().setName("y"));
    graph.addNode(call("call", "f"));
    refuses("Function f does not say what its result y is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a:99999999999", "a:0:0:0", "a:out:x", "a:-1"})
  void anInputThatNamesNoTensorIsRefused(String input) {
    graph.addNode(node("a", "NoOp")).addNode(node("b", "Identity", input));
    assertThatThrownBy(() -> GraphImporter.read(graph.build()))
        .isInstanceOf(CompileException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -7, Long.MIN_VALUE, 1L << 40, Long.MAX_VALUE})
  void aConstantOfAnImpossibleSizeIsRefused(long size) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setSize(size);
    shape.addDimBuilder().setSize(1 << 20);
    AttrValue value =
        AttrValue.newBuilder()
            .setTensor(
                TensorProto.newBuilder()
                    .setDtype(DataType.DT_FLOAT)
                    .setTensorShape(shape)
                    .addFloatVal(1))
            .build();
    graph.addNode(NodeDef.newBuilder().setName("c").setOp("Const").putAttr("value", value));
    refuses("Node c has an attribute that makes no sense");
  }

  @Test
  void moreTextsThanATensorHasElementsAreRefused() {
    AttrValue value =
        AttrValue.newBuilder()
            .setTensor(
                TensorProto.newBuilder()
                    .setDtype(DataType.DT_STRING)
                    .addStringVal(com.google.protobuf.ByteString.copyFromUtf8("a"))
                    .addStringVal(com.google.protobuf.ByteString.copyFromUtf8("b")))
            .build();
    graph.addNode(NodeDef.newBuilder().setName("c").setOp("Const").putAttr("value", value));
    refuses("2 texts do not fit the shape []");
  }

  @Test
  void aCallIsReplacedByItsFunctionAndItsResultIsTheFunctions() throws Exception {
    FunctionDef.Builder function = function("f");
    function.getSignatureBuilder().addInputArg(OpDef.ArgDef.newBuilder().setName("x"));
    function.getSignatureBuilder().addOutputArg(OpDef.ArgDef.newBuilder().setName("y"));
    function.addNodeDef(node("twice", "AddV2", "x", "x")).putRet("y", "twice:z:0");
    graph.addNode(node("in", "Placeholder"));
    graph.addNode(call("call", "f").toBuilder().addInput("in"));
    graph.addNode(node("out", "Identity", "call"));
    GraphImporter.Imported read = GraphImporter.read(graph.build());
    assertThat(read.graph().node("call/twice").inputs())
        .containsExactly(TensorRef.of("in"), TensorRef.of("in"));
    assertThat(read.graph().node("out").inputs()).containsExactly(TensorRef.of("call/twice"));
    assertThat(read.resolve(TensorRef.of("call"))).isEqualTo(TensorRef.of("call/twice"));
    assertThat(read.graph().find("call")).isNull();
  }

  @Test
  void theSecondOutputOfAnOperatorIsFoundByItsName() throws Exception {
    FunctionDef.Builder function = function("f");
    function.getSignatureBuilder().addOutputArg(OpDef.ArgDef.newBuilder().setName("y"));
    function
        .addNodeDef(node("norm", "FusedBatchNormV3"))
        .addNodeDef(node("use", "Identity", "norm:batch_variance:0"))
        .putRet("y", "use:output:0");
    graph.addNode(call("call", "f"));
    assertThat(GraphImporter.read(graph.build()).graph().node("call/use").inputs())
        .containsExactly(new TensorRef("call/norm", 2));
  }

  private void chain(int length) {
    graph.addNode(node("n0", "NoOp"));
    for (int i = 1; i < length; i++) {
      graph.addNode(node("n" + i, "Identity", "n" + (i - 1)));
    }
  }

  private FunctionDef.Builder function(String name) {
    FunctionDef.Builder function = graph.getLibraryBuilder().addFunctionBuilder();
    function.getSignatureBuilder().setName(name);
    return function;
  }

  private static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(op)
        .addAllInput(java.util.List.of(inputs))
        .build();
  }

  private static NodeDef call(String name, String function) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("PartitionedCall")
        .putAttr(
            "f",
            AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build())
        .build();
  }

  private void refuses(String why) {
    GraphDef built = graph.build();
    assertTimeoutPreemptively(
        LONGEST,
        () ->
            assertThatThrownBy(() -> GraphImporter.read(built))
                .isInstanceOf(CompileException.class)
                .hasMessageContaining(why));
  }
}
