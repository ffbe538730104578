package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.VersionDef;

/** Writes checkpoints like TensorFlow 2: with paths of attributes as keys, and an object graph. */
public final class TestBundle {
  public static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final SortedMap<String, BundleEntryProto> entries = new TreeMap<>();

  /** Fills the checkpoints of SavedModels that came without data: {@code DIRECTORY...}. */
  public static void main(String... directories) throws Exception {
    for (String directory : directories) {
      refill(Path.of(directory).resolve("variables").resolve("variables"), 1);
    }
  }

  /** Writes random values with the index's shapes and types. */
  static void refill(Path prefix, long seed) throws IOException, CompileException {
    Path index = prefix.resolveSibling(prefix.getFileName() + ".index");
    Map<String, byte[]> raw = BundleIndex.read(Files.readAllBytes(index), index.toString());
    raw.remove("");
    TestBundle bundle = new TestBundle();
    for (Map.Entry<String, byte[]> entry : raw.entrySet()) {
      BundleEntryProto proto = BundleEntryProto.parseFrom(entry.getValue());
      String key = entry.getKey();
      if (proto.getDtype() == DataType.DT_STRING) {
        bundle.text(key, TrackableObjectGraph.getDefaultInstance().toByteArray());
      } else if (proto.getDtype() == DataType.DT_FLOAT) {
        List<Integer> shape =
            proto.getShape().getDimList().stream().map(dim -> (int) dim.getSize()).toList();
        bundle.write(key, shape, random(key, shape, seed));
      } else {
        bundle.add(key, proto.getDtype(), proto.getShape(), new byte[(int) proto.getSize()]);
      }
    }
    bundle.save(prefix);
  }

  /** Random values like those of trained models, so that wrong weights show. */
  public static float[] random(String name, List<Integer> shape, long seed) {
    Random random = new Random(seed * 31 + name.hashCode());
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    String lower = name.toLowerCase(Locale.ROOT);
    boolean gamma = lower.contains("gamma") || lower.contains("variance");
    float size = shape.size() < 2 ? 0.1f : lower.contains("embedding") ? 0.5f : 0.06f;
    for (int i = 0; i < values.length; i++) {
      values[i] = (gamma ? 1 : 0) + size * (float) random.nextGaussian();
    }
    return values;
  }

  /** Adds an fp32 tensor. */
  public void write(String key, List<Integer> shape, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    shape.forEach(size -> sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    add(key, DataType.DT_FLOAT, sizes.build(), bytes.array());
  }

  /** Adds the object graph, which maps names of variables to keys. */
  public void objectGraph(Map<String, String> keysByName) {
    TrackableObjectGraph.Builder graph = TrackableObjectGraph.newBuilder();
    graph.addNodesBuilder();
    keysByName.forEach(
        (name, key) ->
            graph
                .addNodesBuilder()
                .addAttributesBuilder()
                .setName("VARIABLE_VALUE")
                .setFullName(name)
                .setCheckpointKey(key));
    text(OBJECT_GRAPH, graph.build().toByteArray());
  }

  /** A scalar text: its length, the checksum of the length, its bytes. */
  private void text(String key, byte[] text) {
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length);
    Crc32c crc = new Crc32c();
    crc.update(length.flip());
    ByteBuffer checksum =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(crc.masked());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int rest = text.length;
    while (rest >= 0x80) {
      bytes.write(rest | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
    bytes.writeBytes(checksum.array());
    bytes.writeBytes(text);
    crc.update(checksum.flip());
    crc.update(ByteBuffer.wrap(text));
    put(key, DataType.DT_STRING, TensorShapeProto.getDefaultInstance(), bytes, crc);
  }

  private void add(String key, DataType type, TensorShapeProto shape, byte[] content) {
    Crc32c crc = new Crc32c();
    crc.update(ByteBuffer.wrap(content));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(content);
    put(key, type, shape, bytes, crc);
  }

  private void put(
      String key, DataType type, TensorShapeProto shape, ByteArrayOutputStream bytes, Crc32c crc) {
    entries.put(
        key,
        BundleEntryProto.newBuilder()
            .setDtype(type)
            .setShape(shape)
            .setOffset(data.size())
            .setSize(bytes.size())
            .setCrc32C(crc.masked())
            .build());
    data.writeBytes(bytes.toByteArray());
  }

  /** Writes both files. */
  public void save(Path prefix) throws IOException {
    SortedMap<String, byte[]> raw = new TreeMap<>();
    raw.put(
        "",
        BundleHeaderProto.newBuilder()
            .setNumShards(1)
            .setVersion(VersionDef.newBuilder().setProducer(1))
            .build()
            .toByteArray());
    entries.forEach((key, entry) -> raw.put(key, entry.toByteArray()));
    Files.createDirectories(prefix.toAbsolutePath().getParent());
    Files.write(prefix.resolveSibling(prefix.getFileName() + ".index"), BundleIndex.write(raw));
    Files.write(
        prefix.resolveSibling(prefix.getFileName() + ".data-00000-of-00001"), data.toByteArray());
  }
}
