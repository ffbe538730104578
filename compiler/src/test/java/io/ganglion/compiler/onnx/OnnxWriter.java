package io.ganglion.compiler.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ganglion.runtime.model.BFloat16;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes ONNX files, sound ones and damaged ones. */
public final class OnnxWriter {
  /** Writes a part of a message. */
  @FunctionalInterface
  public interface Part {
    void to(CodedOutputStream out) throws IOException;
  }

  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> constants = new ArrayList<>();
  private final List<ByteString> inputs = new ArrayList<>();
  private final List<ByteString> outputs = new ArrayList<>();
  private final Map<String, Long> opsets = new LinkedHashMap<>();
  private final ByteArrayOutputStream external = new ByteArrayOutputStream();
  private OnnxType reals = OnnxType.FLOAT;
  private String location = "";
  private int names;

  /** A writer for this version of ONNX's operators. */
  public OnnxWriter(long opset) {
    opsets.put("", opset);
  }

  /** Writes all weights from now on in this type. */
  public OnnxWriter reals(OnnxType type) {
    reals = type;
    return this;
  }

  /** Writes all weights from now on into a file beside the model. */
  public OnnxWriter external(String file) {
    location = file;
    return this;
  }

  public OnnxWriter opset(String domain, long version) {
    opsets.put(domain, version);
    return this;
  }

  /** A message made of parts. */
  public static ByteString message(Part... parts) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Part part : parts) {
        part.to(out);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteString();
  }

  /** An integer attribute. */
  public static ByteString attribute(String name, long value) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeInt64(3, value),
        out -> out.writeInt32(20, 2));
  }

  /** A real attribute. */
  public static ByteString attribute(String name, float value) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeFloat(2, value),
        out -> out.writeInt32(20, 1));
  }

  /** A text attribute. */
  public static ByteString attribute(String name, String value) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeString(4, value),
        out -> out.writeInt32(20, 3));
  }

  /** A list of integers. */
  public static ByteString attribute(String name, long[] values) {
    return message(
        out -> out.writeString(1, name),
        out -> {
          for (long value : values) {
            out.writeInt64(8, value);
          }
        },
        out -> out.writeInt32(20, 7));
  }

  /** An attribute that holds a tensor. */
  public static ByteString attribute(String name, ByteString tensor) {
    return message(
        out -> out.writeString(1, name),
        out -> out.writeBytes(5, tensor),
        out -> out.writeInt32(20, 4));
  }

  /** A tensor with its elements in one piece. */
  public static ByteString tensor(String name, OnnxType type, ByteString raw, long... shape) {
    return message(
        out -> {
          for (long size : shape) {
            out.writeInt64(1, size);
          }
        },
        out -> out.writeInt32(2, type.number()),
        out -> out.writeString(8, name),
        out -> out.writeBytes(9, raw));
  }

  /** Integers as they lie in a file. */
  public static ByteString raw(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  /** Real numbers as they lie in a file. */
  public static ByteString raw(OnnxType type, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(type.bytes() * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case FLOAT -> bytes.putFloat(value);
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(half(value));
        case BFLOAT16 -> bytes.putShort(BFloat16.of(value));
        default -> throw new IllegalArgumentException(type.toString());
      }
    }
    return ByteString.copyFrom(bytes.flip());
  }

  /** The nearest number of 16 bits, for numbers that are neither huge nor tiny. */
  private static short half(float value) {
    if (Math.abs(value) < 0x1p-14f) {
      return (short) (Math.round(Math.abs(value) * 0x1p24f) | (value < 0 ? 0x8000 : 0));
    }
    int bits = Float.floatToRawIntBits(value) + 0x1000;
    int exponent = (bits >> 23 & 0xff) - 127 + 15;
    int sign = (bits >> 16) & 0x8000;
    int fraction = (bits >> 13) & 0x3ff;
    return (short) (sign | (Math.min(exponent, 30) << 10) | fraction);
  }

  /** Adds a weight or a constant of real numbers; returns its name. */
  public String constant(String name, float[] values, long... shape) {
    ByteString bytes = raw(reals, values);
    if (location.isEmpty()) {
      constants.add(tensor(name, reals, bytes, shape));
      return name;
    }
    constants.add(external(name, location, external.size(), bytes.size(), shape));
    external.writeBytes(bytes.toByteArray());
    return name;
  }

  /** A tensor whose elements lie in another file. */
  public ByteString external(String name, String file, long offset, long length, long... shape) {
    return message(
        out -> {
          for (long size : shape) {
            out.writeInt64(1, size);
          }
        },
        out -> out.writeInt32(2, reals.number()),
        out -> out.writeString(8, name),
        out -> out.writeBytes(13, entry("location", file)),
        out -> out.writeBytes(13, entry("offset", Long.toString(offset))),
        out -> out.writeBytes(13, entry("length", Long.toString(length))),
        out -> out.writeInt32(14, 1));
  }

  private static ByteString entry(String key, String value) {
    return message(out -> out.writeString(1, key), out -> out.writeString(2, value));
  }

  /** Adds a constant that is already a message. */
  public void constant(ByteString tensor) {
    constants.add(tensor);
  }

  /** Adds one real number; returns its name. */
  public String real(float value) {
    String name = fresh("real");
    constants.add(tensor(name, reals, raw(reals, value)));
    return name;
  }

  /** Adds a vector of integers; returns its name. */
  public String vector(long... values) {
    String name = fresh("vector");
    constants.add(tensor(name, OnnxType.INT64, raw(values), values.length));
    return name;
  }

  /** Adds one integer; returns its name. */
  public String whole(long value) {
    String name = fresh("whole");
    constants.add(tensor(name, OnnxType.INT64, raw(value)));
    return name;
  }

  private String fresh(String kind) {
    return kind + "_" + names++;
  }

  /** Adds an input of these sizes; -1 where any size is allowed. */
  public String input(String name, OnnxType type, long... shape) {
    inputs.add(value(name, type, shape));
    return name;
  }

  public void output(String name, long... shape) {
    outputs.add(value(name, OnnxType.FLOAT, shape));
  }

  private static ByteString value(String name, OnnxType type, long... shape) {
    Part axes =
        out -> {
          for (long size : shape) {
            out.writeBytes(
                1,
                message(
                    dimension -> {
                      if (size >= 0) {
                        dimension.writeInt64(1, size);
                      } else {
                        dimension.writeString(2, "any");
                      }
                    }));
          }
        };
    ByteString tensor =
        message(out -> out.writeInt32(1, type.number()), out -> out.writeBytes(2, message(axes)));
    return message(
        out -> out.writeString(1, name),
        out -> out.writeBytes(2, message(type1 -> type1.writeBytes(1, tensor))));
  }

  /** Adds a node with one output; returns the output's name. */
  public String op(String op, List<String> reads, ByteString... attributes) {
    String output = fresh(op);
    node("", op, reads, List.of(output), attributes);
    return output;
  }

  /** Adds a node. */
  public void node(
      String domain, String op, List<String> reads, List<String> gives, ByteString... attributes) {
    nodes.add(
        message(
            out -> {
              for (String name : reads) {
                out.writeString(1, name);
              }
              for (String name : gives) {
                out.writeString(2, name);
              }
            },
            out -> out.writeString(3, "the " + gives.get(0)),
            out -> out.writeString(4, op),
            out -> {
              for (ByteString attribute : attributes) {
                out.writeBytes(5, attribute);
              }
            },
            out -> out.writeString(7, domain)));
  }

  /** The file's content. */
  public ByteString bytes() {
    Part graph =
        out -> {
          for (ByteString node : nodes) {
            out.writeBytes(1, node);
          }
          for (ByteString constant : constants) {
            out.writeBytes(5, constant);
          }
          for (ByteString input : inputs) {
            out.writeBytes(11, input);
          }
          for (ByteString output : outputs) {
            out.writeBytes(12, output);
          }
        };
    return message(
        out -> out.writeInt64(1, 8),
        out -> out.writeString(2, "a test"),
        out -> out.writeBytes(7, message(graph)),
        out -> {
          for (Map.Entry<String, Long> opset : opsets.entrySet()) {
            out.writeBytes(
                8,
                message(
                    set -> set.writeString(1, opset.getKey()),
                    set -> set.writeInt64(2, opset.getValue())));
          }
        });
  }

  /** Writes the file, and the one with its weights beside it. */
  public Path write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, bytes().toByteArray());
    if (!location.isEmpty()) {
      Files.write(file.resolveSibling(location), external.toByteArray());
    }
    return file;
  }
}
