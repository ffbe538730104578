package io.ganglion.compiler.onnx;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code GraphProto} or the body of a {@code FunctionProto}, as it is in the file. */
final class GraphReader {
  /** BERT-Large has 3,000 nodes. */
  private static final int MOST_NODES = 200_000;

  private final ProtoCursor cursor;
  private final ExternalData external;
  final List<OnnxNode> nodes = new ArrayList<>();
  final List<OnnxTensor> constants = new ArrayList<>();
  final List<OnnxGraph.Value> inputs = new ArrayList<>();
  final List<OnnxGraph.Value> outputs = new ArrayList<>();

  GraphReader(ProtoCursor cursor, ExternalData external) {
    this.cursor = cursor;
    this.external = external;
  }

  /** A sentence of its own, thrown through the walk over the file. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;
    final CompileException sentence;

    Refusal(CompileException sentence) {
      super(sentence);
      this.sentence = sentence;
    }
  }

  /** Reads a graph in the current field. Numbers from onnx.proto. */
  void graph() throws IOException {
    cursor.message(
        number -> {
          switch (number) {
            case 1 -> nodes.add(node());
            case 5 -> constants.add(tensor("of the graph"));
            case 11 -> inputs.add(value());
            case 12 -> outputs.add(value());
            case 15 -> throw refusal("The model has sparse weights; export it with dense ones.");
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private static Refusal refusal(String sentence) {
    return new Refusal(new CompileException(sentence));
  }

  private OnnxTensor tensor(String owner) throws IOException {
    try {
      return TensorReader.read(cursor, external, owner);
    } catch (CompileException e) {
      throw new Refusal(e);
    }
  }

  private OnnxNode node() throws IOException {
    if (nodes.size() >= MOST_NODES) {
      throw refusal("The model has more than " + MOST_NODES + " nodes, so it is no BERT.");
    }
    List<String> reads = new ArrayList<>();
    List<String> gives = new ArrayList<>();
    Map<String, OnnxAttribute> attributes = new HashMap<>();
    String[] texts = {"", "", ""};
    cursor.message(
        number -> {
          switch (number) {
            case 1 -> reads.add(cursor.text());
            case 2 -> gives.add(cursor.text());
            case 3 -> texts[0] = cursor.text();
            case 4 -> texts[1] = cursor.text();
            case 5 -> attribute(attributes);
            case 7 -> texts[2] = cursor.text();
            default -> {
              return false;
            }
          }
          return true;
        });
    String name = texts[0].isEmpty() && !gives.isEmpty() ? gives.get(0) : texts[0];
    String domain = texts[2].equals("ai.onnx") ? "" : texts[2];
    return new OnnxNode(name, texts[1], domain, reads, gives, attributes);
  }

  /** What one attribute holds; which of it counts follows from what is there. */
  private static final class Parts {
    private String name = "";
    private long number;
    private int real;
    private @Nullable ByteBuffer text;
    private @Nullable OnnxTensor tensor;
    private boolean graphs;
    private long type;
    private final List<Float> reals = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();

    private OnnxAttribute attribute() {
      return switch ((int) type) {
        case 1 -> new OnnxAttribute.Real(Float.intBitsToFloat(real));
        case 2 -> new OnnxAttribute.Int(number);
        case 3 -> new OnnxAttribute.Text(decoded());
        case 4 -> tensor == null ? new OnnxAttribute.Other() : new OnnxAttribute.Constant(tensor);
        case 5, 10 -> new OnnxAttribute.Subgraph();
        case 6 -> new OnnxAttribute.Reals(reals);
        case 7 -> new OnnxAttribute.Ints(numbers);
        default -> graphs ? new OnnxAttribute.Subgraph() : new OnnxAttribute.Other();
      };
    }

    private String decoded() {
      return text == null
          ? ""
          : java.nio.charset.StandardCharsets.UTF_8.decode(text.duplicate()).toString();
    }
  }

  private void attribute(Map<String, OnnxAttribute> attributes) throws IOException {
    Parts parts = new Parts();
    cursor.message(
        number -> {
          switch (number) {
            case 1 -> parts.name = cursor.text();
            case 2 -> parts.real = cursor.bits32();
            case 3 -> parts.number = cursor.integer();
            case 4 -> parts.text = cursor.bytes();
            case 5 -> parts.tensor = tensor("of an attribute");
            case 7 -> cursor.allBits32(bits -> parts.reals.add(Float.intBitsToFloat((int) bits)));
            case 8 -> cursor.integers(parts.numbers::add);
            case 20 -> parts.type = cursor.integer();
            default -> {
              // Graphs are not read, however deep they are nested.
              parts.graphs |= number == 6 || number == 11;
              return false;
            }
          }
          return true;
        });
    attributes.put(parts.name, parts.attribute());
  }

  private OnnxGraph.Value value() throws IOException {
    String[] name = {""};
    long[] type = {0};
    boolean[] known = {false};
    List<Long> shape = new ArrayList<>();
    ProtoCursor.Fields axis =
        number -> {
          if (number != 1) {
            return false;
          }
          shape.set(shape.size() - 1, cursor.integer());
          return true;
        };
    ProtoCursor.Fields axes =
        number -> {
          if (number != 1) {
            return false;
          }
          shape.add(-1L);
          cursor.message(axis);
          return true;
        };
    ProtoCursor.Fields tensor =
        number -> {
          switch (number) {
            case 1 -> type[0] = cursor.integer();
            case 2 -> {
              known[0] = true;
              cursor.message(axes);
            }
            default -> {
              return false;
            }
          }
          return true;
        };
    ProtoCursor.Fields kind =
        number -> {
          if (number == 1) {
            cursor.message(tensor);
          }
          return number == 1;
        };
    cursor.message(
        number -> {
          switch (number) {
            case 1 -> name[0] = cursor.text();
            case 2 -> cursor.message(kind);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new OnnxGraph.Value(name[0], OnnxType.of(type[0]), known[0], shape);
  }
}
