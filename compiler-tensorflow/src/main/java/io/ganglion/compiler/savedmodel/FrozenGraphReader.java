package io.ganglion.compiler.savedmodel;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.GraphDef;

/**
 * Reads a frozen GraphDef, {@code .pb}. It has no signature: its placeholders are the inputs, and
 * the tensors that no node reads are the outputs.
 */
final class FrozenGraphReader {
  private static final Set<String> RESULTS =
      Set.of(
          "Softmax",
          "Sigmoid",
          "BiasAdd",
          "Add",
          "AddV2",
          "MatMul",
          "Identity",
          "Reshape",
          "Squeeze");

  private FrozenGraphReader() {}

  static SourceModel read(Path file) throws CompileException {
    GraphImporter.Imported imported = GraphImporter.read(parse(file));
    Graph graph = imported.graph();
    Set<String> names = new LinkedHashSet<>();
    graph.nodes().forEach(node -> names.add(node.name()));
    Signature signature = new Signature("graph", "", inputs(graph), outputs(graph));
    return new SourceModel(
        file, List.of(), "", graph, List.of(signature), Map.of(), Map.of(), names);
  }

  static GraphDef parse(Path file) throws CompileException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      CodedInputStream in =
          UnsafeByteOperations.unsafeWrap(
                  channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
              .newCodedInput();
      in.enableAliasing(true);
      in.setSizeLimit(Integer.MAX_VALUE);
      GraphDef graph = GraphDef.parseFrom(in);
      if (graph.getNodeCount() == 0) {
        throw new CompileException(
            file
                + " holds no graph; give a frozen GraphDef, or the directory of a SavedModel and not"
                + " its saved_model.pb.");
      }
      return graph;
    } catch (InvalidProtocolBufferException e) {
      throw new CompileException(
          file
              + " is no frozen GraphDef: "
              + e.getMessage()
              + " For a SavedModel give its directory.",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, Signature.Port> inputs(Graph graph) {
    Map<String, Signature.Port> inputs = new TreeMap<>();
    for (Node node : graph.nodes()) {
      ElementType type = node.type("dtype");
      if (node.is("Placeholder", "PlaceholderWithDefault") && type != null) {
        List<Long> shape = node.shape();
        TensorRef ref = TensorRef.of(node.name());
        inputs.put(
            node.name(),
            new Signature.Port(ref, ref, type, shape != null, shape == null ? List.of() : shape));
      }
    }
    return inputs;
  }

  private static Map<String, Signature.Port> outputs(Graph graph) {
    Set<String> read = new HashSet<>();
    for (Node node : graph.nodes()) {
      node.inputs().forEach(input -> read.add(input.node()));
    }
    List<Node> results = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!read.contains(node.name()) && RESULTS.contains(node.op())) {
        results.add(node);
      }
    }
    results.sort(Comparator.comparing(node -> !node.is("Softmax", "Sigmoid")));
    Map<String, Signature.Port> outputs = new TreeMap<>();
    for (Node node : results) {
      boolean first = outputs.isEmpty() && node.is("Softmax", "Sigmoid");
      TensorRef ref = TensorRef.of(node.name());
      outputs.put(
          first ? "probabilities" : node.name(),
          new Signature.Port(ref, ref, ElementType.FLOAT, false, List.of()));
    }
    return outputs;
  }
}
