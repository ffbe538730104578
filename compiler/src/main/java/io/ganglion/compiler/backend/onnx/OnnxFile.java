package io.ganglion.compiler.backend.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.Weight;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts an ONNX file together and writes it, one weight after the other. The numbers of the fields
 * are those of onnx.proto. Used by one thread.
 */
final class OnnxFile {
  /** All operators that are written have had their form since this version. */
  private static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  /** A protocol message ends at 2 GiB; a larger model's weights go into a file beside it. */
  private static final long MOST_BYTES_INSIDE = 1L << 30;

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /** Parts of a message. */
  @FunctionalInterface
  interface Part {
    void to(CodedOutputStream out) throws IOException;
  }

  /** A constant: the fields before its elements, and where these come from. */
  private record Tensor(ByteString head, long bytes, Values values) {
    /** The size of its message with the elements inside. */
    long size() {
      return head.size()
          + CodedOutputStream.computeTagSize(9)
          + CodedOutputStream.computeUInt64SizeNoTag(bytes)
          + bytes;
    }
  }

  @FunctionalInterface
  private interface Values {
    ByteBuffer read() throws CompileException;
  }

  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> inputs = new ArrayList<>();
  private final List<ByteString> outputs = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private int names;

  static ByteString message(Part... parts) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Part part : parts) {
        part.to(out);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it writes to memory only
    }
    return bytes.toByteString();
  }

  static ByteString attribute(String name, long value) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeInt64(3, value),
        out -> out.writeInt32(20, 2));
  }

  static ByteString attribute(String name, float value) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeFloat(2, value),
        out -> out.writeInt32(20, 1));
  }

  static ByteString attribute(String name, long[] values) {
    return message(
        out -> out.writeString(1, name),
        out -> {
          for (long value : values) {
            out.writeInt64(8, value);
          }
        },
        out -> out.writeInt32(20, 7));
  }

  /** The attribute of an operator that fills a shape with zeros. */
  static ByteString zero() {
    ByteString tensor =
        message(
            out -> out.writeInt64(1, 1),
            out -> out.writeInt32(2, INT64),
            out -> out.writeString(8, "zero"),
            out -> out.writeByteBuffer(9, littleEndian(8)));
    return message(
        out -> out.writeString(1, "value"),
        out -> out.writeBytes(5, tensor),
        out -> out.writeInt32(20, 4));
  }

  /** Adds an operator with one result, and returns the result's name. */
  String op(String op, List<String> reads, ByteString... attributes) {
    return named(op + "_" + names++, op, reads, attributes);
  }

  /** The same, with the result's name. */
  String named(String result, String op, List<String> reads, ByteString... attributes) {
    nodes.add(
        message(
            out -> {
              for (String read : reads) {
                out.writeString(1, read);
              }
            },
            out -> out.writeString(2, result),
            out -> out.writeString(3, "node_" + result),
            out -> out.writeString(4, op),
            out -> {
              for (ByteString attribute : attributes) {
                out.writeBytes(5, attribute);
              }
            }));
    return result;
  }

  /** Adds an input of whole numbers, of any batch and length. */
  String input(String name) {
    inputs.add(port(name, INT64, "batch", "length"));
    return name;
  }

  /** Declares a result of real numbers. Axes are named, or have a size. */
  void output(String name, Object... axes) {
    outputs.add(port(name, FLOAT, axes));
  }

  private static ByteString port(String name, int type, Object... axes) {
    Part shape =
        out -> {
          for (Object axis : axes) {
            out.writeBytes(
                1,
                message(
                    dimension -> {
                      if (axis instanceof Integer size) {
                        dimension.writeInt64(1, size);
                      } else {
                        dimension.writeString(2, axis.toString());
                      }
                    }));
          }
        };
    ByteString tensor =
        message(out -> out.writeInt32(1, type), out -> out.writeBytes(2, message(shape)));
    return message(
        out -> out.writeString(1, name),
        out -> out.writeBytes(2, message(kind -> kind.writeBytes(1, tensor))));
  }

  /** Adds a weight, and returns its name. Its values are read when the file is written. */
  String weight(String name, Weight weight) {
    long[] shape = weight.shape().stream().mapToLong(Integer::longValue).toArray();
    add(
        name,
        FLOAT,
        4L * weight.elements(),
        () -> {
          float[] values = weight.read();
          ByteBuffer bytes = littleEndian(4 * values.length);
          bytes.asFloatBuffer().put(values);
          return bytes;
        },
        shape);
    return name;
  }

  /** Adds a real number, and returns its name. */
  String real(float value) {
    String name = "real_" + names++;
    add(name, FLOAT, 4, () -> littleEndian(4).putFloat(0, value));
    return name;
  }

  /** Adds a whole number, and returns its name. */
  String whole(long value) {
    String name = "whole_" + names++;
    add(name, INT64, 8, () -> littleEndian(8).putLong(0, value));
    return name;
  }

  /** Adds whole numbers in this shape, and returns their name. */
  String wholes(long[] values, long... shape) {
    String name = "wholes_" + names++;
    add(
        name,
        INT64,
        8L * values.length,
        () -> {
          ByteBuffer bytes = littleEndian(8 * values.length);
          bytes.asLongBuffer().put(values);
          return bytes;
        },
        shape);
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void add(String name, int type, long bytes, Values values, long... shape) {
    ByteString head =
        message(
            out -> {
              for (long size : shape) {
                out.writeInt64(1, size);
              }
            },
            out -> out.writeInt32(2, type),
            out -> out.writeString(8, name));
    tensors.add(new Tensor(head, bytes, values));
  }

  /** Writes the file, and one beside it with the weights of a large model. */
  void write(Path file, Progress progress) throws CompileException {
    long inside = tensors.stream().mapToLong(Tensor::bytes).sum();
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, 1 << 16);
      out.writeInt64(1, IR_VERSION);
      out.writeString(2, "ganglion");
      if (inside <= MOST_BYTES_INSIDE) {
        writeInside(out, inside, progress);
      } else {
        writeBeside(out, file.resolveSibling(file.getFileName() + ".data"), inside, progress);
      }
      out.writeBytes(8, message(opset -> opset.writeInt64(2, OPSET)));
      out.flush();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private ByteString graph(List<ByteString> constants) {
    return message(
        out -> {
          for (ByteString node : nodes) {
            out.writeBytes(1, node);
          }
        },
        out -> out.writeString(2, "bert"),
        out -> {
          for (ByteString constant : constants) {
            out.writeBytes(5, constant);
          }
        },
        out -> {
          for (ByteString input : inputs) {
            out.writeBytes(11, input);
          }
        },
        out -> {
          for (ByteString output : outputs) {
            out.writeBytes(12, output);
          }
        });
  }

  private void writeInside(CodedOutputStream out, long total, Progress progress)
      throws IOException, CompileException {
    ByteString graph = graph(List.of());
    long size = graph.size();
    for (Tensor tensor : tensors) {
      size +=
          CodedOutputStream.computeTagSize(5)
              + CodedOutputStream.computeUInt64SizeNoTag(tensor.size())
              + tensor.size();
    }
    out.writeTag(7, 2);
    out.writeUInt64NoTag(size);
    out.writeRawBytes(graph);
    long done = 0;
    for (Tensor tensor : tensors) {
      out.writeTag(5, 2);
      out.writeUInt64NoTag(tensor.size());
      out.writeRawBytes(tensor.head());
      out.writeTag(9, 2);
      out.writeUInt64NoTag(tensor.bytes());
      out.writeRawBytes(tensor.values().read());
      done += tensor.bytes();
      progress.at(done, total);
    }
  }

  private void writeBeside(CodedOutputStream out, Path data, long total, Progress progress)
      throws IOException, CompileException {
    String location = String.valueOf(data.getFileName());
    List<ByteString> constants = new ArrayList<>();
    long offset = 0;
    try (OutputStream weights = new BufferedOutputStream(Files.newOutputStream(data))) {
      for (Tensor tensor : tensors) {
        long at = offset;
        constants.add(
            tensor
                .head()
                .concat(
                    message(
                        to -> to.writeBytes(13, entry("location", location)),
                        to -> to.writeBytes(13, entry("offset", Long.toString(at))),
                        to -> to.writeBytes(13, entry("length", Long.toString(tensor.bytes()))),
                        to -> to.writeInt32(14, 1))));
        weights.write(tensor.values().read().array());
        offset += tensor.bytes();
        progress.at(offset, total);
      }
    }
    out.writeBytes(7, graph(constants));
  }

  private static ByteString entry(String key, String value) {
    return message(out -> out.writeString(1, key), out -> out.writeString(2, value));
  }
}
