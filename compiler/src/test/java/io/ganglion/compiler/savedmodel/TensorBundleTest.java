package io.ganglion.compiler.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBundleTest {
  @TempDir Path temp;
  private Path prefix;

  @BeforeEach
  void write() throws CompileException {
    prefix = temp.resolve("variables");
    try (TensorBundleWriter writer = new TensorBundleWriter(prefix)) {
      writer.write("b/first", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
      writer.write("a", List.of(), new float[] {7});
      writer.write("b/first", List.of(2, 3), new float[] {6, 5, 4, 3, 2, 1});
      writer.flush();
    }
  }

  @Test
  void whatIsWrittenIsRead() throws CompileException {
    TensorBundle bundle = TensorBundle.open(prefix);
    assertThat(bundle.keys()).containsExactly("a", "b/first");
    var weight = Objects.requireNonNull(bundle.find("b/first"));
    assertThat(weight.shape()).containsExactly(2, 3);
    assertThat(weight.read()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(Objects.requireNonNull(bundle.find("a")).read()).containsExactly(7);
    assertThat(bundle.find("c")).isNull();
  }

  @Test
  void everyFlippedBitOfTheIndexIsNoticed() throws Exception {
    Path index = temp.resolve("variables.index");
    byte[] bytes = Files.readAllBytes(index);
    int unnoticed = 0;
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= 4;
      Files.write(index, bytes);
      try {
        TensorBundle bundle = TensorBundle.open(prefix);
        assertThat(bundle.keys()).containsExactly("a", "b/first");
        unnoticed++;
      } catch (CompileException e) {
        assertThat(e).hasMessageContaining("variables.index");
      }
      bytes[at] ^= 4;
    }
    // The footer has padding and the place of an empty block, which no reader looks at.
    assertThat(unnoticed).isLessThan(64);
  }

  @Test
  void aFlippedBitOfTheDataIsNoticed() throws Exception {
    Path data = temp.resolve("variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[3] ^= 1;
    Files.write(data, bytes);
    var weight = Objects.requireNonNull(TensorBundle.open(prefix).find("b/first"));
    assertThatThrownBy(weight::read).hasMessageContaining("checksum");
  }

  @Test
  void aShortDataFileIsNoticed() throws Exception {
    Path data = temp.resolve("variables.data-00000-of-00001");
    Files.write(data, java.util.Arrays.copyOf(Files.readAllBytes(data), 20));
    var weight = Objects.requireNonNull(TensorBundle.open(prefix).find("b/first"));
    assertThatThrownBy(weight::read).hasMessageContaining("cut short");
  }
}
