package io.ganglion.compiler.savedmodel;

import com.google.protobuf.CodedOutputStream;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/** Writes a graph as a GraphDef with its weights as constants. */
public final class FrozenGraphWriter {
  /** Gives the value of a constant. */
  @FunctionalInterface
  public interface Constant {
    TensorValue read() throws CompileException;
  }

  private FrozenGraphWriter() {}

  /**
   * Writes node after node.
   *
   * @param weights values of the constants that have none yet, by name; each is read when it is
   *     written and not kept
   */
  public static void write(Path file, Graph graph, Map<String, Constant> weights)
      throws CompileException {
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, 1 << 16);
      for (Node node : graph.nodes()) {
        Constant weight = weights.get(node.name());
        Node whole = weight == null ? node : node.with("value", new Attribute.Value(weight.read()));
        out.writeMessage(GraphDef.NODE_FIELD_NUMBER, GraphExporter.write(whole));
      }
      out.writeMessage(GraphDef.VERSIONS_FIELD_NUMBER, GraphExporter.VERSIONS);
      out.flush();
    } catch (IOException e) {
      throw new CompileException("Cannot write the graph " + file + ": " + e, e);
    }
  }
}
