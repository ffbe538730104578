package io.ganglion.bench.onnx;

import com.google.protobuf.ByteString;
import io.ganglion.bench.onnx.proto.AttributeProto;
import io.ganglion.bench.onnx.proto.GraphProto;
import io.ganglion.bench.onnx.proto.ModelProto;
import io.ganglion.bench.onnx.proto.NodeProto;
import io.ganglion.bench.onnx.proto.OperatorSetIdProto;
import io.ganglion.bench.onnx.proto.StringStringEntryProto;
import io.ganglion.bench.onnx.proto.TensorProto;
import io.ganglion.bench.onnx.proto.TensorShapeProto;
import io.ganglion.bench.onnx.proto.TypeProto;
import io.ganglion.bench.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Builds one ONNX file node by node. Tensors go to {@code <file>.data} as they come, since a
 * protobuf message ends at 2 GB and BERT-Large comes near it. Not thread-safe.
 */
final class OnnxWriter implements AutoCloseable {
  /** ONNX's own operators; ONNX Runtime's are in {@link #MICROSOFT}. */
  static final String ONNX = "";

  static final String MICROSOFT = "com.microsoft";

  private static final int IR_VERSION = 8;
  private static final int OPSET_VERSION = 17;
  // Where ONNX Runtime maps external data instead of reading it, the offset must be on a page.
  private static final int ALIGNMENT = 4096;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final Path dataFile;
  private final FileChannel data;
  private final ByteBuffer chunk =
      ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("bert");
  private int nodes;

  OnnxWriter(Path file) throws IOException {
    this.file = file;
    this.dataFile = file.resolveSibling(file.getFileName() + ".data");
    this.data =
        FileChannel.open(
            dataFile,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** Declares a graph input; an axis that is not a number is a symbol. */
  void input(String name, ElementType type, String... axes) {
    graph.addInput(value(name, type, axes));
  }

  /** Declares a graph output. */
  void output(String name, ElementType type, String... axes) {
    graph.addOutput(value(name, type, axes));
  }

  /** Adds a node with one output; an empty input name is an input left out. Returns the output. */
  String node(
      String domain, String operator, List<String> inputs, String output, Attribute... attributes) {
    node(domain, operator, inputs, List.of(output), attributes);
    return output;
  }

  /** Adds a node. */
  void node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Attribute... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(operator + "_" + nodes++)
            .setDomain(domain)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    graph.addNode(node);
  }

  /** Stores a constant; returns its name. */
  String floats(String name, float[] values, long... shape) throws IOException {
    long offset = align();
    for (float value : values) {
      drainUnless(Float.BYTES);
      chunk.putFloat(value);
    }
    return external(name, ElementType.FLOAT, offset, shape);
  }

  /** Stores a constant; returns its name. */
  String bytes(String name, byte[] values, long... shape) throws IOException {
    long offset = align();
    int done = 0;
    while (done < values.length) {
      drainUnless(1);
      int count = Math.min(chunk.remaining(), values.length - done);
      chunk.put(values, done, count);
      done += count;
    }
    return external(name, ElementType.INT8, offset, shape);
  }

  /** Stores a scalar int64 constant inside the model file; returns its name. */
  String scalar(String name, long value) {
    ByteBuffer raw = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.putLong(0, value);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.INT64.code())
            .setRawData(ByteString.copyFrom(raw)));
    return name;
  }

  /** Writes the model file. */
  void finish() throws IOException {
    drain();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("ganglion-bench")
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(ONNX).setVersion(OPSET_VERSION))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
            .setGraph(graph)
            .build();
    Files.write(file, model.toByteArray());
  }

  @Override
  public void close() throws IOException {
    data.close();
  }

  private String external(String name, ElementType type, long offset, long[] shape)
      throws IOException {
    long end = data.position() + chunk.position();
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", dataFile.getFileName().toString()))
            .addExternalData(entry("offset", Long.toString(offset)))
            .addExternalData(entry("length", Long.toString(end - offset)));
    for (long size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private long align() throws IOException {
    while ((data.position() + chunk.position()) % ALIGNMENT != 0) {
      drainUnless(1);
      chunk.put((byte) 0);
    }
    return data.position() + chunk.position();
  }

  private void drainUnless(int bytes) throws IOException {
    if (chunk.remaining() < bytes) {
      drain();
    }
  }

  private void drain() throws IOException {
    chunk.flip();
    while (chunk.hasRemaining()) {
      data.write(chunk);
    }
    chunk.clear();
  }

  private static ValueInfoProto value(String name, ElementType type, String... axes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String axis : axes) {
      boolean number = axis.chars().allMatch(Character::isDigit);
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (number) {
        dimension.setDimValue(Long.parseLong(axis));
      } else {
        dimension.setDimParam(axis);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** ONNX's element types, as far as they are used here. */
  enum ElementType {
    FLOAT(1),
    INT8(3),
    INT32(6),
    INT64(7);

    private final int code;

    ElementType(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** A node's named constant. */
  record Attribute(AttributeProto proto) {
    static Attribute of(String name, long value) {
      return new Attribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.INT)
              .setI(value)
              .build());
    }

    static Attribute of(String name, float value) {
      return new Attribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.FLOAT)
              .setF(value)
              .build());
    }
  }
}
