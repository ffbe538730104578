package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is said between this process and the one in which TensorFlow runs. Both are of one build, so
 * it has no versions.
 */
final class RunnerMessages {
  static final byte OPEN = 1;
  static final byte RUN = 2;
  static final byte CLOSE = 3;
  static final byte DONE = 4;
  static final byte REFUSED = 5;

  private RunnerMessages() {}

  /** What a model is run on. */
  record Run(Map<TensorRef, SourceRunner.Feed> feeds, List<TensorRef> fetches) {}

  static void writeOpen(DataOutputStream out, int number, String source, List<String> tags)
      throws IOException {
    out.writeByte(OPEN);
    out.writeInt(number);
    writeText(out, source);
    out.writeInt(tags.size());
    for (String tag : tags) {
      writeText(out, tag);
    }
  }

  static List<String> readTags(DataInputStream in) throws IOException {
    List<String> tags = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      tags.add(readText(in));
    }
    return tags;
  }

  static void writeRun(
      DataOutputStream out,
      int number,
      Map<TensorRef, SourceRunner.Feed> feeds,
      List<TensorRef> fetches)
      throws IOException {
    out.writeByte(RUN);
    out.writeInt(number);
    out.writeInt(feeds.size());
    for (Map.Entry<TensorRef, SourceRunner.Feed> entry : feeds.entrySet()) {
      writeTensor(out, entry.getKey());
      SourceRunner.Feed feed = entry.getValue();
      writeText(out, feed.type().name());
      out.writeInt(feed.shape().length);
      for (long size : feed.shape()) {
        out.writeLong(size);
      }
      out.writeInt(feed.values().length);
      for (int value : feed.values()) {
        out.writeInt(value);
      }
    }
    out.writeInt(fetches.size());
    for (TensorRef fetch : fetches) {
      writeTensor(out, fetch);
    }
  }

  static Run readRun(DataInputStream in) throws IOException {
    Map<TensorRef, SourceRunner.Feed> feeds = new LinkedHashMap<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      TensorRef tensor = readTensor(in);
      ElementType type = ElementType.valueOf(readText(in));
      long[] shape = new long[in.readInt()];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = in.readLong();
      }
      int[] values = new int[in.readInt()];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readInt();
      }
      feeds.put(tensor, new SourceRunner.Feed(type, shape, values));
    }
    List<TensorRef> fetches = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      fetches.add(readTensor(in));
    }
    return new Run(feeds, fetches);
  }

  static void writeClose(DataOutputStream out, int number) throws IOException {
    out.writeByte(CLOSE);
    out.writeInt(number);
  }

  static void writeResults(DataOutputStream out, List<float[]> results) throws IOException {
    out.writeInt(results.size());
    for (float[] result : results) {
      out.writeInt(result.length);
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(result.length, Float.BYTES));
      bytes.asFloatBuffer().put(result);
      out.write(bytes.array());
    }
  }

  static List<float[]> readResults(DataInputStream in) throws IOException {
    List<float[]> results = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      float[] result = new float[in.readInt()];
      byte[] bytes = new byte[Math.multiplyExact(result.length, Float.BYTES)];
      in.readFully(bytes);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(result);
      results.add(result);
    }
    return results;
  }

  private static void writeTensor(DataOutputStream out, TensorRef tensor) throws IOException {
    writeText(out, tensor.node());
    out.writeInt(tensor.port());
  }

  private static TensorRef readTensor(DataInputStream in) throws IOException {
    return new TensorRef(readText(in), in.readInt());
  }

  /** Writes a text of any length. {@link DataOutputStream#writeUTF} is limited. */
  static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
