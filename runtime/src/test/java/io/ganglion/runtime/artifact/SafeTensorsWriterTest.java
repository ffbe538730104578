package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsWriterTest {
  private static final long SEED = 5;
  private static final List<TensorType> TYPES = List.of(TensorType.values());

  @TempDir Path directory;

  @Test
  void theBytesAreThoseOfTheFormat() throws Exception {
    Path file = directory.resolve("tensors");
    List<TensorSpec> specs =
        List.of(TensorSpec.of("a", TensorType.F32, 1, 2), TensorSpec.of("b", TensorType.BF16, 1));
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      writer.write("a", new float[] {1, -2});
      writer.write("b", new float[] {1});
    }
    byte[] bytes = Files.readAllBytes(file);
    long headerBytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat((8 + headerBytes) % 64).isZero();
    assertThat(new String(bytes, 8, (int) headerBytes, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[8,10]}}");
    assertThat(java.util.Arrays.copyOfRange(bytes, (int) (8 + headerBytes), bytes.length))
        .isEqualTo(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0, (byte) 0x80, 0x3f});
  }

  @Test
  void randomTensorsComeBackWhateverTheirParts() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < 60; round++) {
      Path file = directory.resolve("tensors" + round);
      List<TensorSpec> specs = new ArrayList<>();
      List<byte[]> contents = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        TensorType type = TYPES.get(random.nextInt(TYPES.size()));
        TensorSpec spec =
            TensorSpec.of("tensor \u00e9\"" + i, type, random.nextInt(5), random.nextInt(700));
        byte[] content = new byte[(int) spec.byteSize()];
        random.nextBytes(content);
        specs.add(spec);
        contents.add(content);
      }
      try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
        for (int i = 0; i < specs.size(); i++) {
          writeInParts(writer, specs.get(i).name(), contents.get(i), random);
        }
      }
      try (SafeTensors tensors = SafeTensors.open(file)) {
        assertThat(tensors.specs()).containsExactlyInAnyOrderElementsOf(specs);
        for (int i = 0; i < specs.size(); i++) {
          ByteBuffer read = ByteBuffer.allocate(contents.get(i).length);
          tensors.read(specs.get(i).name(), read);
          assertThat(read.array())
              .as("seed " + SEED + " round " + round)
              .isEqualTo(contents.get(i));
        }
      }
    }
  }

  private static void writeInParts(
      SafeTensorsWriter writer, String name, byte[] content, Random random) throws Exception {
    for (int from = 0; from < content.length; ) {
      int count = 1 + random.nextInt(content.length - from);
      writer.write(name, ByteBuffer.wrap(content, from, count));
      from += count;
    }
  }

  @Test
  void longTensorsOfFloatsPassInChunks() throws Exception {
    float[] values = new float[700_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.37f;
    }
    Path file = directory.resolve("tensors");
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of("f", TensorType.F32, values.length),
            TensorSpec.of("b", TensorType.BF16, values.length));
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      writer.write("f", values);
      writer.write("b", values);
    }
    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertThat(tensors.floats("f")).isEqualTo(values);
      ByteBuffer rounded = TensorValues.bytes(tensors, "b");
      for (int i = 0; i < values.length; i++) {
        assertThat(rounded.getShort(2 * i)).isEqualTo(BFloat16.of(values[i]));
      }
    }
  }

  @Test
  void misuseIsRefusedAndAMissingTensorToo() throws Exception {
    List<TensorSpec> specs =
        List.of(TensorSpec.of("a", TensorType.F32, 2), TensorSpec.of("b", TensorType.I8, 2));
    Path file = directory.resolve("tensors");
    SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs);
    assertThatThrownBy(() -> writer.write("b", ByteBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a comes next");
    assertThatThrownBy(() -> writer.write("a", new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.write("a", new int[2]))
        .isInstanceOf(IllegalArgumentException.class);
    writer.write("a", new float[2]);
    assertThatThrownBy(() -> writer.write("b", new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(writer::close)
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SHAPE))
        .hasMessageContaining("tensor b");
    writer.close();
    assertThatThrownBy(() -> SafeTensorsWriter.create(file, specs))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXISTS));
    assertThatThrownBy(
            () ->
                SafeTensorsWriter.create(
                    directory.resolve("twice"), List.of(specs.get(0), specs.get(0))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
