package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a graph as a GraphDef with its weights as constants. The numbers of the fields are those
 * of TensorFlow's graph.proto, node_def.proto, attr_value.proto and tensor.proto. Stateless.
 */
final class GraphDefFile {
  private static final int NODE = 1;
  private static final int VERSIONS = 4;

  private static final int NODE_NAME = 1;
  private static final int NODE_OP = 2;
  private static final int NODE_INPUT = 3;
  private static final int NODE_ATTRIBUTE = 5;

  private static final int VALUE_FLAG = 5;
  private static final int VALUE_TYPE = 6;
  private static final int VALUE_SHAPE = 7;
  private static final int VALUE_TENSOR = 8;

  private static final int TENSOR_TYPE = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int TENSOR_CONTENT = 4;

  /** The graph version of TensorFlow 1.15, whose operators we write, and the oldest that reads. */
  private static final ByteString TENSORFLOW_1_15 =
      new Protos().number(1, 134).number(2, 12).bytes();

  /** Gives the value of a constant. */
  @FunctionalInterface
  interface Constant {
    TensorValue read() throws CompileException;
  }

  private GraphDefFile() {}

  /**
   * Writes node after node.
   *
   * @param weights values of the constants that have none yet, by name; each is read when it is
   *     written and not kept
   */
  static void write(Path file, Graph graph, Map<String, Constant> weights) throws CompileException {
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, 1 << 16);
      for (Node node : graph.nodes()) {
        Constant weight = weights.get(node.name());
        Node whole = weight == null ? node : node.with("value", new Attribute.Value(weight.read()));
        out.writeBytes(NODE, node(whole));
      }
      out.writeBytes(VERSIONS, TENSORFLOW_1_15);
      out.flush();
    } catch (IOException e) {
      throw new CompileException("Cannot write the graph " + file + ": " + e, e);
    }
  }

  private static ByteString node(Node node) {
    Protos proto = new Protos().text(NODE_NAME, node.name()).text(NODE_OP, node.op());
    for (TensorRef input : node.inputs()) {
      proto.text(NODE_INPUT, input.port() == 0 ? input.node() : input.toString());
    }
    node.controls().forEach(control -> proto.text(NODE_INPUT, "^" + control));
    new TreeMap<>(node.attributes())
        .forEach(
            (name, value) ->
                proto.message(
                    NODE_ATTRIBUTE, new Protos().text(1, name).message(2, value(value)).bytes()));
    return proto.bytes();
  }

  /** The kinds of attributes that the encoder's operators have. */
  private static ByteString value(Attribute attribute) {
    Protos value = new Protos();
    if (attribute instanceof Attribute.Flag flag) {
      value.number(VALUE_FLAG, flag.value() ? 1 : 0);
    } else if (attribute instanceof Attribute.Type type) {
      value.number(VALUE_TYPE, type.number());
    } else if (attribute instanceof Attribute.Shape shape) {
      value.message(
          VALUE_SHAPE, shape(shape.sizes().stream().mapToLong(Long::longValue).toArray()));
    } else if (attribute instanceof Attribute.Value tensor) {
      value.message(VALUE_TENSOR, tensor(tensor.tensor()));
    } else {
      throw new IllegalArgumentException("No operator of an encoder has " + attribute);
    }
    return value.bytes();
  }

  private static ByteString shape(long[] sizes) {
    Protos shape = new Protos();
    for (long size : sizes) {
      shape.message(2, new Protos().number(1, size).bytes());
    }
    return shape.bytes();
  }

  private static ByteString tensor(TensorValue tensor) {
    return new Protos()
        .number(TENSOR_TYPE, tensor.type().number())
        .message(TENSOR_SHAPE, shape(tensor.shape()))
        .message(TENSOR_CONTENT, ByteString.copyFrom(tensor.bytes()))
        .bytes();
  }
}
