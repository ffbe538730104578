package io.ganglion.compiler.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages an ONNX file in one place, chosen by a seed. Numbers of fields are those of onnx.proto.
 */
final class OnnxMutation {
  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int INPUT = 11;
  private static final int OUTPUT = 12;
  private static final String[] OPS = {
    "Add",
    "Mul",
    "Sub",
    "Tanh",
    "Relu",
    "Identity",
    "MatMul",
    "Softmax",
    "Reshape",
    "Gather",
    "Loop",
    "Expand",
    "QLinearMatMul",
    "NoSuchOp",
    "Transpose",
    "Range",
    "Tile",
    "Slice"
  };
  private static final long[] SIZES = {-1, 0, 1, 2, 3, 16, 17, 64, 1 << 20, 1L << 31, 1L << 62};

  private final SplittableRandom random;

  private OnnxMutation(SplittableRandom random) {
    this.random = random;
  }

  /** Changes the file and returns a description of the change. */
  static String apply(Path file, long seed) throws IOException {
    return new OnnxMutation(new SplittableRandom(seed)).apply(file);
  }

  private String apply(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (random.nextInt(8)) {
      case 0 -> {
        int flips = 1 + random.nextInt(4);
        for (int i = 0; i < flips; i++) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, bytes);
        return flips + " bits flipped";
      }
      case 1 -> {
        int length = random.nextInt(bytes.length);
        Files.write(file, Arrays.copyOf(bytes, length));
        return "cut to " + length + " bytes";
      }
      default -> {
        UnknownFieldSet.Builder model = UnknownFieldSet.parseFrom(bytes).toBuilder();
        UnknownFieldSet.Builder graph = UnknownFieldSet.parseFrom(only(model)).toBuilder();
        String done = change(graph);
        model.clearField(GRAPH);
        model.addField(GRAPH, one(graph.build().toByteString()));
        Files.write(file, model.build().toByteArray());
        return done;
      }
    }
  }

  private static ByteString only(UnknownFieldSet.Builder model) {
    return model.build().getField(GRAPH).getLengthDelimitedList().get(0);
  }

  private static Field one(ByteString bytes) {
    return Field.newBuilder().addLengthDelimited(bytes).build();
  }

  private static Field all(List<ByteString> messages) {
    Field.Builder field = Field.newBuilder();
    messages.forEach(field::addLengthDelimited);
    return field.build();
  }

  private String change(UnknownFieldSet.Builder graph) throws IOException {
    int kind =
        new int[] {NODE, NODE, NODE, INITIALIZER, INITIALIZER, INPUT, OUTPUT}[random.nextInt(7)];
    List<ByteString> messages =
        new ArrayList<>(graph.build().getField(kind).getLengthDelimitedList());
    int at = random.nextInt(messages.size());
    UnknownFieldSet.Builder message = UnknownFieldSet.parseFrom(messages.get(at)).toBuilder();
    String done = "field " + kind + ", number " + at + ": ";
    int choice = random.nextInt(5);
    if (choice == 0) {
      messages.remove(at);
      done += "left out";
    } else if (choice == 1) {
      messages.add(messages.get(at));
      done += "twice";
    } else {
      done +=
          switch (kind) {
            case NODE -> node(message, graph.build());
            case INITIALIZER -> tensor(message);
            default -> any(message);
          };
      messages.set(at, message.build().toByteString());
    }
    graph.clearField(kind);
    graph.addField(kind, all(messages));
    return done;
  }

  /** Another operator, another input, or another attribute. */
  private String node(UnknownFieldSet.Builder node, UnknownFieldSet graph) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> {
        String op = OPS[random.nextInt(OPS.length)];
        node.clearField(4);
        node.addField(4, one(ByteString.copyFromUtf8(op)));
        return "operator " + op;
      }
      case 1 -> {
        List<ByteString> inputs =
            new ArrayList<>(node.build().getField(1).getLengthDelimitedList());
        if (inputs.isEmpty()) {
          return any(node);
        }
        List<ByteString> others = graph.getField(NODE).getLengthDelimitedList();
        UnknownFieldSet other =
            UnknownFieldSet.parseFrom(others.get(random.nextInt(others.size())));
        ByteString name = other.getField(2).getLengthDelimitedList().get(0);
        inputs.set(random.nextInt(inputs.size()), name);
        node.clearField(1);
        node.addField(1, all(inputs));
        return "reads " + name.toStringUtf8();
      }
      case 2 -> {
        List<ByteString> inputs =
            new ArrayList<>(node.build().getField(1).getLengthDelimitedList());
        Collections.reverse(inputs);
        node.clearField(1);
        node.addField(1, all(inputs));
        return "inputs reversed";
      }
      default -> {
        List<ByteString> attributes =
            new ArrayList<>(node.build().getField(5).getLengthDelimitedList());
        if (attributes.isEmpty()) {
          return any(node);
        }
        int at = random.nextInt(attributes.size());
        UnknownFieldSet.Builder attribute =
            UnknownFieldSet.parseFrom(attributes.get(at)).toBuilder();
        attribute.clearField(3);
        long value = SIZES[random.nextInt(SIZES.length)];
        attribute.addField(3, Field.newBuilder().addVarint(value).build());
        attributes.set(at, attribute.build().toByteString());
        node.clearField(5);
        node.addField(5, all(attributes));
        return "an attribute becomes " + value;
      }
    }
  }

  /** Another shape, type or place of the elements. */
  private String tensor(UnknownFieldSet.Builder tensor) {
    switch (random.nextInt(3)) {
      case 0 -> {
        List<Long> sizes = new ArrayList<>(tensor.build().getField(1).getVarintList());
        long size = SIZES[random.nextInt(SIZES.length)];
        if (sizes.isEmpty()) {
          sizes.add(size);
        } else {
          sizes.set(random.nextInt(sizes.size()), size);
        }
        Field.Builder field = Field.newBuilder();
        sizes.forEach(field::addVarint);
        tensor.clearField(1);
        tensor.addField(1, field.build());
        return "sizes " + sizes;
      }
      case 1 -> {
        int type = random.nextInt(20);
        tensor.clearField(2);
        tensor.addField(2, Field.newBuilder().addVarint(type).build());
        return "type " + type;
      }
      default -> {
        tensor.addField(14, Field.newBuilder().addVarint(1).build());
        return "elements in another file";
      }
    }
  }

  /** One field is left out. */
  private String any(UnknownFieldSet.Builder message) {
    List<Integer> fields = new ArrayList<>(message.build().asMap().keySet());
    int field = fields.get(random.nextInt(fields.size()));
    message.clearField(field);
    return "without field " + field;
  }
}
