package io.ganglion.compiler.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Damages a HuggingFace folder in one place, chosen by a seed. */
final class FolderMutation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SplittableRandom random;

  private FolderMutation(SplittableRandom random) {
    this.random = random;
  }

  /** Changes the folder and returns a description of the change. */
  static String apply(Path folder, long seed) throws IOException {
    return new FolderMutation(new SplittableRandom(seed)).apply(folder);
  }

  private String apply(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    Path file = files.get(random.nextInt(files.size()));
    boolean tensors = file.toString().endsWith(".safetensors");
    return switch (random.nextInt(8)) {
      case 0 -> FileDamage.flip(file, random);
      case 1 -> FileDamage.cut(file, random);
      case 2 -> delete(file);
      case 3 -> special(folder.resolve("model.safetensors"));
      case 4, 5 -> header(folder.resolve("model.safetensors"));
      default -> tensors ? header(file) : json(folder.resolve("config.json"));
    };
  }

  private static String delete(Path file) throws IOException {
    Files.delete(file);
    return file.getFileName() + " deleted";
  }

  /** A weight that is not finite, or not near any other. */
  private String special(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = (int) (8 + bytes.getLong(0));
    int at = start + random.nextInt((bytes.capacity() - start) / 4) * 4;
    float[] values = {Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1e20f, Float.MIN_VALUE};
    float value = values[random.nextInt(values.length)];
    Files.write(file, bytes.putFloat(at, value).array());
    return value + " at byte " + at + " of " + file.getFileName();
  }

  private String header(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    ObjectNode header = (ObjectNode) JSON.readTree(Arrays.copyOfRange(bytes, 8, 8 + length));
    String what = change(header, 3);
    byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + bytes.length - 8 - length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(bytes, 8 + length, bytes.length - 8 - length);
    Files.write(file, all.array());
    return what + " in the header of " + file.getFileName();
  }

  private String json(Path file) throws IOException {
    ObjectNode object = (ObjectNode) JSON.readTree(file.toFile());
    String what = change(object, 2);
    JSON.writeValue(file.toFile(), object);
    return what + " in " + file.getFileName();
  }

  /** Removes, renames or replaces a field, mostly of an object inside. */
  private String change(ObjectNode object, int depth) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      object.put("new", 1);
      return "new added";
    }
    String name = names.get(random.nextInt(names.size()));
    JsonNode value = object.get(name);
    if (depth > 0 && value instanceof ObjectNode inner && random.nextInt(4) > 0) {
      return change(inner, depth - 1) + " of " + name;
    }
    switch (random.nextInt(4)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(name + "x", object.remove(name));
      default -> object.set(name, other(value));
    }
    return name + " changed";
  }

  private JsonNode other(JsonNode value) {
    JsonNodeFactory nodes = JSON.getNodeFactory();
    if (value instanceof ArrayNode array && !array.isEmpty() && random.nextBoolean()) {
      int index = random.nextInt(array.size());
      return array.set(index, other(array.get(index)));
    }
    if (value.isIntegralNumber() && random.nextBoolean()) {
      return nodes.numberNode(value.longValue() + random.nextInt(3) - 1);
    }
    return switch (random.nextInt(8)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.numberNode(random.nextLong());
      case 2 -> nodes.numberNode(random.nextInt(-2, 3));
      case 3 -> nodes.numberNode(random.nextDouble() * 1e3);
      case 4 -> nodes.textNode("a".repeat(random.nextInt(1 << 16)));
      case 5 -> nodes.booleanNode(random.nextBoolean());
      case 6 -> nodes.arrayNode().add(1);
      default -> nodes.objectNode().put("0", "x");
    };
  }
}
