package io.ganglion.compiler.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Damages a SavedModel in one place, chosen by a seed. */
final class SourceMutation {
  private static final Path GRAPH = Path.of("saved_model.pb");
  private static final Path INDEX = Path.of("variables", "variables.index");
  private static final Path DATA = Path.of("variables", "variables.data-00000-of-00001");
  private static final String[] OPS = {
    "Add", "Mul", "Sub", "Tanh", "Relu", "Identity", "MatMul", "Softmax", "Placeholder", "NoSuchOp"
  };

  private final SplittableRandom random;

  private SourceMutation(SplittableRandom random) {
    this.random = random;
  }

  /** Changes the model's files and returns a description of the change. */
  static String apply(Path model, long seed) throws IOException {
    return new SourceMutation(new SplittableRandom(seed)).apply(model);
  }

  private String apply(Path model) throws IOException {
    return switch (random.nextInt(11)) {
      case 10 -> exaggerate(model.resolve(GRAPH));
      case 0 -> FileDamage.flip(model.resolve(GRAPH), random);
      case 1 -> FileDamage.flip(model.resolve(INDEX), random);
      case 2 -> FileDamage.flip(model.resolve(DATA), random);
      case 3 ->
          FileDamage.cut(model.resolve(List.of(GRAPH, INDEX, DATA).get(random.nextInt(3))), random);
      default -> changeGraph(model.resolve(GRAPH));
    };
  }

  /** What a graph of a model has, in sizes that no model has. */
  private String exaggerate(Path file) throws IOException {
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    GraphDef.Builder graph = model.getMetaGraphsBuilder(0).getGraphDefBuilder();
    String done =
        switch (random.nextInt(5)) {
          case 0 -> chain(graph, 30_000);
          case 1 -> {
            NodeDef.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
            node.setName("n".repeat(1 << 20));
            yield "a name of a million letters";
          }
          case 2 -> {
            NodeDef node = graph.getNode(random.nextInt(graph.getNodeCount()));
            graph.addNode(node);
            yield "node " + node.getName() + " twice";
          }
          case 3 -> {
            NodeDef.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
            for (int i = 0; i < 100_000; i++) {
              node.addInput("^" + graph.getNode(i % graph.getNodeCount()).getName());
            }
            yield "a hundred thousand control inputs of " + node.getName();
          }
          default -> {
            if (graph.getLibrary().getFunctionCount() == 0) {
              yield chain(graph, 200_000);
            }
            graph.getLibraryBuilder().addFunction(graph.getLibrary().getFunction(0));
            yield "the first function twice";
          }
        };
    Files.write(file, model.build().toByteArray());
    return done;
  }

  private static String chain(GraphDef.Builder graph, int length) {
    String last = graph.getNode(0).getName();
    for (int i = 0; i < length; i++) {
      graph.addNode(NodeDef.newBuilder().setName("chain" + i).setOp("Identity").addInput(last));
      last = "chain" + i;
    }
    return "a chain of " + length + " nodes";
  }

  private String changeGraph(Path file) throws IOException {
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    GraphDef.Builder graph = model.getMetaGraphsBuilder(0).getGraphDefBuilder();
    int functions = graph.getLibrary().getFunctionCount();
    boolean inside = functions > 0 && random.nextInt(5) > 0;
    String done =
        random.nextInt(10) == 0
            ? changeSignature(model.getMetaGraphsBuilder(0))
            : inside
                ? changeFunction(
                    graph.getLibraryBuilder().getFunctionBuilder(random.nextInt(functions)))
                : change(new Nodes(graph, null));
    Files.write(file, model.build().toByteArray());
    return done;
  }

  private String changeSignature(MetaGraphDef.Builder meta) {
    String name =
        meta.getSignatureDefMap().entrySet().stream()
            .filter(entry -> entry.getValue().getInputsCount() > 0)
            .map(Map.Entry::getKey)
            .min(String::compareTo)
            .orElseThrow();
    SignatureDef.Builder signature = meta.getSignatureDefOrThrow(name).toBuilder();
    List<String> inputs = signature.getInputsMap().keySet().stream().sorted().toList();
    String input = inputs.get(random.nextInt(inputs.size()));
    TensorInfo.Builder info = signature.getInputsOrThrow(input).toBuilder();
    String done =
        switch (random.nextInt(5)) {
          case 0 -> {
            signature.clearOutputs();
            yield "without outputs";
          }
          case 1 -> {
            info.setName("nowhere:0");
            yield "read from nowhere";
          }
          case 2 -> {
            info.setDtypeValue(1 + random.nextInt(23));
            yield "of type " + info.getDtypeValue();
          }
          case 3 -> {
            info.getTensorShapeBuilder().clearDim().setUnknownRank(random.nextBoolean());
            yield "of another rank";
          }
          default -> {
            long size = new long[] {0, 7, 1L << 31, 1L << 40, Long.MAX_VALUE}[random.nextInt(5)];
            var shape = info.getTensorShapeBuilder();
            shape.getDimBuilder(random.nextInt(shape.getDimCount())).setSize(size);
            yield "with a size of " + size;
          }
        };
    meta.putSignatureDef(name, signature.putInputs(input, info.build()).build());
    return "signature " + name + ", input " + input + " " + done;
  }

  private String changeFunction(FunctionDef.Builder function) {
    String name = function.getSignature().getName() + ": ";
    switch (random.nextInt(12)) {
      case 0 -> {
        function.clearRet();
        return name + "results dropped";
      }
      case 1 -> {
        function.getSignatureBuilder().setName("other");
        return name + "renamed";
      }
      case 2 -> {
        function.getSignatureBuilder().removeInputArg(0);
        return name + "argument dropped";
      }
      case 3 -> {
        NodeDef.Builder call =
            NodeDef.newBuilder().setName("again").setOp("StatefulPartitionedCall");
        call.putAttr("f", attribute(function.getSignature().getName()));
        function.getSignature().getInputArgList().forEach(arg -> call.addInput(arg.getName()));
        function.addNodeDef(call).addNodeDef(call.clone().setName("once_more"));
        return name + "made to call itself twice";
      }
      default -> {
        return name + change(new Nodes(null, function));
      }
    }
  }

  private static org.tensorflow.proto.AttrValue attribute(String function) {
    return org.tensorflow.proto.AttrValue.newBuilder()
        .setFunc(org.tensorflow.proto.NameAttrList.newBuilder().setName(function))
        .build();
  }

  /** The nodes of the graph or of a function. */
  private record Nodes(
      GraphDef.@org.jspecify.annotations.Nullable Builder graph,
      FunctionDef.@org.jspecify.annotations.Nullable Builder function) {
    int count() {
      return graph != null ? graph.getNodeCount() : function.getNodeDefCount();
    }

    NodeDef.Builder at(int index) {
      return graph != null ? graph.getNodeBuilder(index) : function.getNodeDefBuilder(index);
    }

    void remove(int index) {
      if (graph != null) {
        graph.removeNode(index);
      } else {
        function.removeNodeDef(index);
      }
    }

    /** The nodes of the forward pass, if the graph has other nodes too. */
    List<Integer> candidates() {
      List<Integer> forward = new ArrayList<>();
      for (int i = 0; i < count(); i++) {
        String name = at(i).getName();
        boolean training = name.startsWith("save/") || name.contains("Initializer");
        if (!training && !name.endsWith("/Assign")) {
          forward.add(i);
        }
      }
      return forward;
    }
  }

  private String change(Nodes nodes) {
    List<Integer> candidates = nodes.candidates();
    int at = candidates.get(random.nextInt(candidates.size()));
    NodeDef.Builder node = nodes.at(at);
    String name = node.getName();
    String done =
        switch (random.nextInt(8)) {
          case 0 -> {
            nodes.remove(at);
            yield "dropped";
          }
          case 1 -> {
            node.setName(name + "_renamed");
            yield "renamed";
          }
          case 2 -> {
            node.setOp(OPS[random.nextInt(OPS.length)]);
            yield "made a " + node.getOp();
          }
          case 3 -> rewire(nodes, node, candidates);
          case 4 -> swapInputs(node);
          case 5 -> retype(node);
          case 6 -> revalue(node);
          default -> resize(node);
        };
    return name + " " + done;
  }

  /** Connects an input to another node, which often makes a cycle. */
  private String rewire(Nodes nodes, NodeDef.Builder node, List<Integer> candidates) {
    if (node.getInputCount() == 0) {
      return "left alone";
    }
    String other = nodes.at(candidates.get(random.nextInt(candidates.size()))).getName();
    String tensor = nodes.function() == null ? other : other + ":output:0";
    node.setInput(random.nextInt(node.getInputCount()), tensor);
    return "made to read " + tensor;
  }

  private String swapInputs(NodeDef.Builder node) {
    if (node.getInputCount() < 2) {
      node.addInput(random.nextBoolean() ? node.getName() : "input_ids_1");
      return "given another input";
    }
    int at = random.nextInt(node.getInputCount() - 1);
    String first = node.getInput(at);
    node.setInput(at, node.getInput(at + 1));
    node.setInput(at + 1, first);
    return "with two inputs swapped";
  }

  private String retype(NodeDef.Builder node) {
    for (String attribute : node.getAttrMap().keySet().stream().sorted().toList()) {
      if (node.getAttrOrThrow(attribute).getTypeValue() != 0) {
        int type = 1 + random.nextInt(23);
        node.putAttr(
            attribute, node.getAttrOrThrow(attribute).toBuilder().setTypeValue(type).build());
        return "with " + attribute + " of type " + type;
      }
    }
    return "left alone";
  }

  /** Absurd values for a size, an axis or a factor. */
  private String revalue(NodeDef.Builder node) {
    if (!node.containsAttr("value")) {
      return retype(node);
    }
    var value = node.getAttrOrThrow("value").toBuilder();
    var tensor = value.getTensorBuilder();
    int bytes = tensor.getTensorContent().size();
    if (bytes == 0) {
      tensor.clearFloatVal().addFloatVal(Float.NaN).clearIntVal().addIntVal(Integer.MAX_VALUE);
    } else {
      byte[] content = tensor.getTensorContent().toByteArray();
      Arrays.fill(content, 0, Math.min(4, bytes), (byte) (random.nextBoolean() ? 0x7f : 0xff));
      tensor.setTensorContent(ByteString.copyFrom(content));
    }
    node.putAttr("value", value.build());
    return "with an absurd value";
  }

  private String resize(NodeDef.Builder node) {
    for (String attribute : List.of("value", "shape")) {
      if (node.containsAttr(attribute)) {
        var value = node.getAttrOrThrow(attribute).toBuilder();
        var shape =
            attribute.equals("shape")
                ? value.getShapeBuilder()
                : value.getTensorBuilder().getTensorShapeBuilder();
        long size = new long[] {0, -7, 3, 1L << 40, Long.MAX_VALUE}[random.nextInt(5)];
        if (shape.getDimCount() == 0) {
          shape.addDimBuilder().setSize(size);
        } else {
          shape.getDimBuilder(0).setSize(size);
        }
        if (attribute.equals("value") && random.nextBoolean()) {
          value.getTensorBuilder().setTensorContent(ByteString.copyFrom(new byte[] {1, 2, 3, 4}));
        }
        node.putAttr(attribute, value.build());
        return "with " + attribute + " resized to " + size;
      }
    }
    return "left alone";
  }
}
