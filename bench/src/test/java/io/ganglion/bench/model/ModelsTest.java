package io.ganglion.bench.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir private Path directory;
  private final List<String> progress = new ArrayList<>();
  private Path source;
  private Path work;

  @BeforeEach
  void makeASource() throws Exception {
    source = Files.createDirectories(directory.resolve("source"));
    Files.writeString(source.resolve("saved_model.pb"), "not a graph");
    work = directory.resolve("work");
  }

  @Test
  void aFolderWithoutAGraphIsNoSavedModel() {
    Path empty = directory.resolve("empty");

    assertThatThrownBy(() -> Models.of(empty, work, progress::add))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("saved_model.pb");
  }

  @Test
  void aWorkDirectoryIsOfOneSource() throws Exception {
    Models.of(source, work, progress::add);
    Models.of(source, work, progress::add);
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("saved_model.pb"), "not a graph");

    assertThatThrownBy(() -> Models.of(other, work, progress::add))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("models of another source")
        .hasMessageContaining(source.toString());
  }

  @Test
  void aFormThatIsThereIsNotMadeAgain() throws Exception {
    Models models = Models.of(source, work, progress::add);
    Path artifact = TestArtifacts.tiny().write(work.resolve("fp32"));
    Path onnx = models.onnx(false);

    assertThat(models.artifact(Precision.FP32)).isEqualTo(artifact);
    assertThat(models.onnx(false)).isEqualTo(onnx).exists();
    assertThat(progress).containsExactly("writing fp32.onnx");
  }

  @Test
  void aFormThatCannotBeMadeIsTriedOnce() throws Exception {
    Models models = Models.of(source, work, progress::add);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> models.artifact(Precision.BF16))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("compiler compile --precision bf16 ended with exit code");
    }
    assertThat(progress).containsExactly("compiling to bf16");
  }
}
