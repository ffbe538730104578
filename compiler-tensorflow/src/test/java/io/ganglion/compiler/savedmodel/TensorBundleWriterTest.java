package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorBundleWriterTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tensorsOfAnyShapeComeBackBitForBit(long seed) throws Exception {
    Random random = new Random(seed);
    Map<String, float[]> written = new TreeMap<>();
    Path prefix = temp.resolve("deep").resolve("variables");
    try (TensorBundleWriter writer = new TensorBundleWriter(prefix)) {
      for (int i = 0; i < 20; i++) {
        int rows = random.nextInt(4);
        int columns = random.nextInt(50);
        float[] values = new float[rows * columns];
        for (int v = 0; v < values.length; v++) {
          values[v] = Float.intBitsToFloat(random.nextInt());
        }
        String key = "layer_" + random.nextInt(1000) + "/k" + i;
        writer.write(key, List.of(rows, columns), values);
        written.put(key, values);
      }
      writer.flush();
    }
    TensorBundle bundle = TensorBundle.open(prefix);
    assertThat(bundle.keys()).as("seed " + seed).containsExactlyElementsOf(written.keySet());
    for (Map.Entry<String, float[]> entry : written.entrySet()) {
      float[] read = Objects.requireNonNull(bundle.find(entry.getKey())).read();
      assertThat(bits(read)).as("seed " + seed).isEqualTo(bits(entry.getValue()));
    }
  }

  @Test
  void aTensorLargerThanAChunkIsWhole() throws Exception {
    float[] values = new float[(1 << 18) + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path prefix = temp.resolve("v");
    try (TensorBundleWriter writer = new TensorBundleWriter(prefix)) {
      writer.write("a", List.of(values.length), values);
      writer.flush();
    }
    assertThat(Objects.requireNonNull(TensorBundle.open(prefix).find("a")).read())
        .isEqualTo(values);
  }

  @Test
  void withoutAnIndexThereIsNoCheckpoint() throws Exception {
    Path prefix = temp.resolve("v");
    try (TensorBundleWriter writer = new TensorBundleWriter(prefix)) {
      writer.write("a", List.of(1), new float[] {1});
    }
    assertThat(TensorBundle.exists(prefix)).isFalse();
    assertThatThrownBy(() -> TensorBundle.open(prefix))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void anotherSizeUnderTheSameKeyIsRefused() throws Exception {
    try (TensorBundleWriter writer = new TensorBundleWriter(temp.resolve("v"))) {
      writer.write("a", List.of(1), new float[] {1});
      assertThatThrownBy(() -> writer.write("a", List.of(2), new float[] {1, 2}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another size");
    }
  }

  @Test
  void aCheckpointThatIsThereIsNotOverwritten() throws Exception {
    Path prefix = temp.resolve("v");
    Files.writeString(temp.resolve("v.data-00000-of-00001"), "mine");
    assertThatThrownBy(() -> new TensorBundleWriter(prefix))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("cannot be written");
    assertThat(temp.resolve("v.data-00000-of-00001")).hasContent("mine");
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
