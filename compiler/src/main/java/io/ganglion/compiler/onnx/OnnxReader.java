package io.ganglion.compiler.onnx;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads an ONNX file. The numbers of its fields are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Weights stay in the mapped file.
 */
public final class OnnxReader {
  private static final long OLDEST_OPSET = 11;

  private final Path file;
  private final ProtoCursor cursor;
  private final ExternalData external;
  private final GraphReader graph;
  private final Map<String, Long> opsets = new HashMap<>();
  private String producer = "";
  private String producerVersion = "";
  private long irVersion;
  private boolean found;
  private boolean functions;

  private OnnxReader(Path file, ByteBuffer bytes) {
    this.file = file;
    this.cursor = new ProtoCursor(bytes);
    this.external = new ExternalData(file);
    this.graph = new GraphReader(cursor, external);
  }

  /** Reads a model. Refuses what is damaged, too old or quantized, and graphs inside of nodes. */
  public static OnnxModel read(Path file) throws CompileException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new CompileException(
            file
                + " is larger than the 2 GiB that an ONNX file can have; save it with external"
                + " data.");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      return new OnnxReader(file, bytes).model();
    } catch (GraphReader.Refusal e) {
      throw new CompileException(file + ": " + e.sentence.getMessage(), e.sentence);
    } catch (NoSuchFileException e) {
      throw new CompileException("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new CompileException(
          file
              + " is not an ONNX file, or it is damaged or cut off; export it again ("
              + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
              + ").",
          e);
    }
  }

  private OnnxModel model() throws IOException, CompileException {
    cursor.fields(this::field);
    if (!found || graph.nodes.isEmpty()) {
      throw new CompileException(file + " holds no ONNX graph; export the model again.");
    }
    long opset = opsets.getOrDefault("", 0L);
    if (opset < OLDEST_OPSET) {
      throw new CompileException(
          "%s has the operators of ONNX's opset %d, and at least %d is needed; export it again with a newer one."
              .formatted(file, opset, OLDEST_OPSET));
    }
    if (functions) {
      throw new CompileException(
          file + " holds functions of its own; export it with inlined ones (onnx.inliner).");
    }
    OnnxGraph assembled = GraphAssembly.of(file.toString(), graph);
    return new OnnxModel(
        file,
        (producer + " " + producerVersion).strip(),
        irVersion,
        opsets,
        assembled,
        external.files());
  }

  private boolean field(int number) throws IOException {
    switch (number) {
      case 1 -> irVersion = cursor.integer();
      case 2 -> producer = cursor.text();
      case 3 -> producerVersion = cursor.text();
      case 7 -> {
        found = true;
        graph.graph();
      }
      case 8 -> opset();
      case 25 -> {
        functions = true;
        return false;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void opset() throws IOException {
    String[] domain = {""};
    long[] version = {0};
    cursor.message(
        number -> {
          switch (number) {
            case 1 -> domain[0] = cursor.text();
            case 2 -> version[0] = cursor.integer();
            default -> {
              return false;
            }
          }
          return true;
        });
    opsets.put(domain[0].equals("ai.onnx") ? "" : domain[0], version[0]);
  }
}
