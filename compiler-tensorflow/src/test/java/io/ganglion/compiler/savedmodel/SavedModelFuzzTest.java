package io.ganglion.compiler.savedmodel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Whatever the file of a SavedModel or a frozen graph holds, it is read or refused. */
class SavedModelFuzzTest {
  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Files.createTempDirectory("saved-model");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<byte[]> models() {
    GraphDef graph = graph();
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName("predict");
    signature.putInputs("x", info("in:0")).putOutputs("y", info("call:0"));
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder().setGraphDef(graph);
    meta.getMetaInfoDefBuilder().addTags("serve").setTensorflowVersion("1.15.0");
    meta.putSignatureDef("serving_default", signature.build());
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    return Stream.of(model.toByteArray(), graph.toByteArray());
  }

  private static TensorInfo info(String name) {
    return TensorInfo.newBuilder().setName(name).setDtype(DataType.DT_FLOAT).build();
  }

  /** A placeholder, a constant, and a call of a function with both. */
  private static GraphDef graph() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNode(node("in", "Placeholder").putAttr("dtype", type()));
    graph.addNode(
        node("c", "Const").putAttr("dtype", type()).putAttr("value", constant(1, 2, 3, 4)));
    graph.addNode(
        node("call", "PartitionedCall", "in", "c")
            .putAttr(
                "f",
                AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("f")).build()));
    graph.addNode(node("out", "Identity", "call:0", "^in"));
    FunctionDef.Builder function = graph.getLibraryBuilder().addFunctionBuilder();
    function
        .getSignatureBuilder()
        .setName("f")
        .addInputArg(OpDef.ArgDef.newBuilder().setName("a"))
        .addInputArg(OpDef.ArgDef.newBuilder().setName("b"))
        .addOutputArg(OpDef.ArgDef.newBuilder().setName("z"));
    function.addNodeDef(node("sum", "AddV2", "a", "b")).putRet("z", "sum:z:0");
    return graph.build();
  }

  private static AttrValue type() {
    return AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
  }

  private static AttrValue constant(float... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    tensor.setTensorShape(
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length)));
    for (float value : values) {
      tensor.addFloatVal(value);
    }
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(java.util.List.of(inputs));
  }

  @MethodSource("models")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] bytes) throws IOException {
    Path file = Files.write(FOLDER.resolve(SavedModelReader.FILE), bytes);
    for (Path source : new Path[] {FOLDER, file}) {
      try {
        SavedModelReader.read(source);
      } catch (CompileException e) {
        // Refused.
      }
    }
  }
}
