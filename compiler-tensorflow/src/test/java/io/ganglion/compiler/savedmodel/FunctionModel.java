package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * Writes a graph like {@code tf.saved_model.save}: its nodes are in a function that the signature's
 * function calls, which the graph calls. Variables are resources that both functions capture. A
 * function restores them from keys that are paths of attributes.
 */
public final class FunctionModel {
  /** The names of operators' first outputs, if not {@code output}. */
  private static final Map<String, String> OUTPUTS =
      Map.ofEntries(
          Map.entry("AddV2", "z"),
          Map.entry("Sub", "z"),
          Map.entry("Mul", "z"),
          Map.entry("RealDiv", "z"),
          Map.entry("Pow", "z"),
          Map.entry("SquaredDifference", "z"),
          Map.entry("Rsqrt", "y"),
          Map.entry("Sqrt", "y"),
          Map.entry("Tanh", "y"),
          Map.entry("Erf", "y"),
          Map.entry("Cast", "y"),
          Map.entry("Transpose", "y"),
          Map.entry("Sigmoid", "y"),
          Map.entry("FusedBatchNormV3", "y"),
          Map.entry("Relu", "activations"),
          Map.entry("Elu", "activations"),
          Map.entry("Softmax", "softmax"),
          Map.entry("MatMul", "product"),
          Map.entry("ReadVariableOp", "value"),
          Map.entry("Cumsum", "out"),
          Map.entry("NotEqual", "z"),
          Map.entry("Neg", "y"),
          Map.entry("Square", "y"));

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
  private final Map<String, Node> inputs = new LinkedHashMap<>();
  private final Map<String, Node> handles = new LinkedHashMap<>();
  private final Graph body;
  private final Map<String, TensorRef> outputs;

  private FunctionModel(Graph body, Map<String, TensorRef> outputs) {
    this.body = body;
    this.outputs = outputs;
    for (Node node : body.nodes()) {
      if (node.is("Placeholder")) {
        inputs.put(node.name(), node);
      } else if (node.is("VarHandleOp")) {
        handles.put(node.name(), node);
      }
    }
  }

  /**
   * Writes the model with random weights.
   *
   * @param body a graph whose placeholders become the signature's inputs and VarHandleOps the
   *     variables
   * @param outputs the signature's outputs, fp32
   */
  public static void write(Path directory, Graph body, Map<String, TensorRef> outputs, long seed)
      throws IOException {
    FunctionModel model = new FunctionModel(body, outputs);
    Files.createDirectories(directory);
    Files.write(directory.resolve("saved_model.pb"), model.build().toByteArray());
    TestBundle bundle = new TestBundle();
    Map<String, String> keys = new LinkedHashMap<>();
    for (Node handle : model.handles.values()) {
      List<Integer> shape =
          java.util.Objects.requireNonNull(handle.shape()).stream().map(Math::toIntExact).toList();
      String key = model.key(handle);
      keys.put(handle.name(), key);
      bundle.write(key, shape, TestBundle.random(handle.name(), shape, seed));
    }
    bundle.objectGraph(keys);
    bundle.save(directory.resolve("variables").resolve("variables"));
  }

  private String key(Node handle) {
    int index = new ArrayList<>(handles.keySet()).indexOf(handle.name());
    return "variables/" + index + "/.ATTRIBUTES/VARIABLE_VALUE";
  }

  private SavedModel build() {
    meta.getMetaInfoDefBuilder()
        .addTags("serve")
        .setTensorflowVersion("2.4.0")
        .setStrippedDefaultAttrs(true);
    graph.setVersions(VersionDef.newBuilder().setProducer(561).setMinConsumer(12));
    addInference();
    addSignature();
    addRestore();
    meta.setGraphDef(graph);
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
  }

  /** The model's own function. Its nodes read arguments and each other's named outputs. */
  private void addInference() {
    FunctionDef.Builder function = function("__inference_serving_1");
    for (Node node : body.nodes()) {
      if (inputs.containsKey(node.name()) || handles.containsKey(node.name())) {
        continue;
      }
      NodeDef.Builder def = GraphExporter.write(node).toBuilder().clearInput();
      node.inputs().forEach(input -> def.addInput(reference(input)));
      function.addNodeDef(def);
    }
    int index = 0;
    for (TensorRef output : outputs.values()) {
      function.putRet(outputName(index++), reference(output));
    }
    graph.getLibraryBuilder().addFunction(function);
  }

  private String reference(TensorRef input) {
    if (inputs.containsKey(input.node()) || handles.containsKey(input.node())) {
      return argument(input.node());
    }
    String op = body.node(input).op();
    if (op.equals("Switch")) {
      return input.node() + (input.port() == 0 ? ":output_false:0" : ":output_true:0");
    }
    return input.node() + ":" + OUTPUTS.getOrDefault(op, "output") + ":" + input.port();
  }

  private String argument(String name) {
    return inputs.containsKey(name)
        ? name
        : "unknown_" + new ArrayList<>(handles.keySet()).indexOf(name);
  }

  private static String outputName(int index) {
    return index == 0 ? "identity" : "identity_" + index;
  }

  /** A function that takes all inputs and variables and returns all outputs. */
  private FunctionDef.Builder function(String name) {
    FunctionDef.Builder function = FunctionDef.newBuilder();
    OpDef.Builder signature = function.getSignatureBuilder().setName(name).setIsStateful(true);
    for (Node input : inputs.values()) {
      signature.addInputArg(argument(input.name(), type(input)));
    }
    for (String handle : handles.keySet()) {
      signature.addInputArg(argument(argument(handle), DataType.DT_RESOURCE));
    }
    for (int i = 0; i < outputs.size(); i++) {
      signature.addOutputArg(argument(outputName(i), DataType.DT_FLOAT));
    }
    return function;
  }

  private static OpDef.ArgDef argument(String name, DataType type) {
    return OpDef.ArgDef.newBuilder().setName(name).setType(type).build();
  }

  private static DataType type(Node input) {
    ElementType type = input.type("dtype");
    return DataType.forNumber(type == null ? ElementType.INT32.number() : type.number());
  }

  private void addSignature() {
    FunctionDef.Builder wrapper = function("__inference_signature_wrapper_2");
    NodeDef.Builder inner = call("StatefulPartitionedCall", "__inference_serving_1");
    inputs.keySet().forEach(inner::addInput);
    handles.keySet().forEach(handle -> inner.addInput(argument(handle)));
    wrapper.addNodeDef(inner);
    for (int i = 0; i < outputs.size(); i++) {
      String name = i == 0 ? "Identity" : "Identity_" + i;
      wrapper.addNodeDef(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("Identity")
              .addInput("StatefulPartitionedCall:output:" + i)
              .putAttr("T", type(DataType.DT_FLOAT)));
      wrapper.putRet(outputName(i), name + ":output:0");
    }
    graph.getLibraryBuilder().addFunction(wrapper);
    NodeDef.Builder outer = call("StatefulPartitionedCall", "__inference_signature_wrapper_2");
    SignatureDef.Builder signature =
        SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    for (Node input : inputs.values()) {
      String name = "serving_default_" + input.name();
      graph.addNode(GraphExporter.write(input).toBuilder().setName(name));
      outer.addInput(name);
      signature.putInputs(input.name(), info(name + ":0", type(input), input.shape()));
    }
    for (Node handle : handles.values()) {
      graph.addNode(GraphExporter.write(handle));
      outer.addInput(handle.name());
    }
    graph.addNode(outer);
    int index = 0;
    for (String output : outputs.keySet()) {
      String tensor = "StatefulPartitionedCall:" + index++;
      signature.putOutputs(output, info(tensor, DataType.DT_FLOAT, null));
    }
    meta.putSignatureDef("serving_default", signature.build());
  }

  private static TensorInfo info(
      String name, DataType type, @org.jspecify.annotations.Nullable List<Long> shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder().setUnknownRank(shape == null);
    if (shape != null) {
      shape.forEach(size -> sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    }
    return TensorInfo.newBuilder().setName(name).setDtype(type).setTensorShape(sizes).build();
  }

  private NodeDef.Builder call(String name, String function) {
    AttrValue.ListValue.Builder in = AttrValue.ListValue.newBuilder();
    inputs.values().forEach(input -> in.addType(type(input)));
    handles.values().forEach(handle -> in.addType(DataType.DT_RESOURCE));
    AttrValue.ListValue.Builder out = AttrValue.ListValue.newBuilder();
    outputs.values().forEach(output -> out.addType(DataType.DT_FLOAT));
    return call(name, function, in, out);
  }

  private static NodeDef.Builder call(
      String name,
      String function,
      AttrValue.ListValue.Builder in,
      AttrValue.ListValue.Builder out) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("StatefulPartitionedCall")
        .putAttr("Tin", AttrValue.newBuilder().setList(in).build())
        .putAttr("Tout", AttrValue.newBuilder().setList(out).build())
        .putAttr(
            "f",
            AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build());
  }

  /** {@code saver_filename -> RestoreV2 -> Identity -> AssignVariableOp}, in a function. */
  private void addRestore() {
    FunctionDef.Builder function = FunctionDef.newBuilder();
    OpDef.Builder signature =
        function.getSignatureBuilder().setName("__inference__traced_restore_3").setIsStateful(true);
    signature.addInputArg(argument("file_prefix", DataType.DT_STRING));
    AttrValue.ListValue.Builder in = AttrValue.ListValue.newBuilder().addType(DataType.DT_STRING);
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    TensorProto.Builder names = TensorProto.newBuilder().setDtype(DataType.DT_STRING);
    TensorProto.Builder slices = TensorProto.newBuilder().setDtype(DataType.DT_STRING);
    int index = 0;
    for (Node handle : handles.values()) {
      String variable = "assignvariableop_" + index;
      signature.addInputArg(argument(variable, DataType.DT_RESOURCE));
      in.addType(DataType.DT_RESOURCE);
      types.addType(DataType.DT_FLOAT);
      names.addStringVal(GraphExporter.latin(key(handle)));
      slices.addStringVal(GraphExporter.latin(""));
      function.addNodeDef(
          identity("Identity_" + index, "RestoreV2:tensors:" + index, DataType.DT_FLOAT));
      function.addNodeDef(
          NodeDef.newBuilder()
              .setName("AssignVariableOp_" + index)
              .setOp("AssignVariableOp")
              .addInput(variable)
              .addInput("Identity_" + index + ":output:0")
              .putAttr("dtype", type(DataType.DT_FLOAT)));
      index++;
    }
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(index))
            .build();
    function.addNodeDef(constant("RestoreV2/tensor_names", names.setTensorShape(shape).build()));
    function.addNodeDef(constant("RestoreV2/slices", slices.setTensorShape(shape).build()));
    function.addNodeDef(
        NodeDef.newBuilder()
            .setName("RestoreV2")
            .setOp("RestoreV2")
            .addInput("file_prefix")
            .addInput("RestoreV2/tensor_names:output:0")
            .addInput("RestoreV2/slices:output:0")
            .putAttr("dtypes", AttrValue.newBuilder().setList(types).build()));
    NodeDef.Builder done = identity("Identity", "file_prefix", DataType.DT_STRING).toBuilder();
    for (int i = 0; i < index; i++) {
      done.addInput("^AssignVariableOp_" + i);
    }
    function.addNodeDef(done);
    signature.addOutputArg(argument("identity", DataType.DT_STRING));
    function.putRet("identity", "Identity:output:0");
    graph.getLibraryBuilder().addFunction(function);
    addSaver(in);
  }

  private void addSaver(AttrValue.ListValue.Builder in) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName("saver_filename")
            .setOp("Placeholder")
            .putAttr("dtype", type(DataType.DT_STRING))
            .putAttr(
                "shape", AttrValue.newBuilder().setShape(TensorShapeProto.newBuilder()).build()));
    AttrValue.ListValue.Builder out = AttrValue.ListValue.newBuilder().addType(DataType.DT_STRING);
    NodeDef.Builder restore =
        call("StatefulPartitionedCall_1", "__inference__traced_restore_3", in, out);
    restore.addInput("saver_filename");
    handles.keySet().forEach(restore::addInput);
    graph.addNode(restore);
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName("saver_filename:0")
            .setSaveTensorName("StatefulPartitionedCall_1:0")
            .setRestoreOpName("StatefulPartitionedCall_1")
            .setVersion(SaverDef.CheckpointFormatVersion.V2));
  }

  private static NodeDef identity(String name, String input, DataType type) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Identity")
        .addInput(input)
        .putAttr("T", type(type))
        .build();
  }

  private static NodeDef constant(String name, TensorProto value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(value.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
