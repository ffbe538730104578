package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointReaderTest {
  @TempDir Path temp;

  @BeforeEach
  void write() throws Exception {
    try (TensorBundleWriter writer = new TensorBundleWriter(temp.resolve("model.ckpt"))) {
      writer.write("bert/kernel", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6});
      writer.write("bert/bias", List.of(3), new float[] {7, 8, 9});
      writer.flush();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.ckpt",
        "model.ckpt.index",
        "model.ckpt.data-00000-of-00001",
        "model.ckpt.meta"
      })
  void aCheckpointIsFoundByAnyOfItsNames(String name) throws Exception {
    CheckpointReader reader = CheckpointReader.open(temp.resolve(name));
    assertThat(reader.index()).isEqualTo(temp.resolve("model.ckpt.index"));
    assertThat(reader.shapes())
        .containsExactly(
            Map.entry("bert/bias", List.of(3)), Map.entry("bert/kernel", List.of(2, 3)));
  }

  @Test
  void valuesAreReadInTheOrderOfTheirNames() throws Exception {
    Map<String, float[]> values =
        CheckpointReader.open(temp.resolve("model.ckpt")).read(List.of("bert/kernel", "bert/bias"));
    assertThat(values.keySet()).containsExactly("bert/kernel", "bert/bias");
    assertThat(values.get("bert/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(values.get("bert/bias")).containsExactly(7, 8, 9);
  }

  @Test
  void aTensorThatIsNotThereIsTensorFlowsSentence() throws Exception {
    CheckpointReader reader = CheckpointReader.open(temp.resolve("model.ckpt"));
    assertThatThrownBy(() -> reader.read(List.of("nowhere")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("model.ckpt cannot be read");
  }

  @Test
  void dataThatIsCutEndsInASentence() throws Exception {
    CheckpointReader reader = CheckpointReader.open(temp.resolve("model.ckpt"));
    Path data = temp.resolve("model.ckpt.data-00000-of-00001");
    Files.write(data, Arrays.copyOf(Files.readAllBytes(data), 8));
    assertThatThrownBy(() -> reader.read(List.of("bert/kernel")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("model.ckpt cannot be read");
  }

  @Test
  void aCheckpointThatIsNotThereIsToldWithTheNameItShouldHave() {
    assertThatThrownBy(() -> CheckpointReader.open(temp.resolve("other.ckpt.index")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("There is no checkpoint")
        .hasMessageContaining("other.ckpt.index does not exist");
  }

  @Test
  void aDamagedIndexIsCalledDamaged() throws Exception {
    Files.write(temp.resolve("model.ckpt.index"), new byte[100]);
    assertThatThrownBy(() -> CheckpointReader.open(temp.resolve("model.ckpt")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is damaged");
  }
}
