package io.ganglion.compiler.source.savedmodel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedModelFormatTest {
  @TempDir Path temp;

  @Test
  void savedModelsAndFrozenGraphsAreInstalled() throws Exception {
    Path frozen = Files.writeString(temp.resolve("graph.pb"), "no graph");
    assertThatThrownBy(() -> Sources.installed().open(frozen, null, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("GraphDef");
    assertThatThrownBy(() -> Sources.installed().open(temp, null, Progress.SILENT))
        .hasMessageContaining("a SavedModel's directory")
        .hasMessageContaining("Did you mean " + frozen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.ckpt-7.meta",
        "model.ckpt-7.index",
        "model.ckpt-7.data-00000-of-00001",
        "."
      })
  void aCheckpointIsKnownWhateverIsNamedOfIt(String named) throws Exception {
    for (String part : List.of("meta", "index", "data-00000-of-00001")) {
      Files.createFile(temp.resolve("model.ckpt-7." + part));
    }
    Path path = temp.resolve(named).normalize();
    assertThatThrownBy(() -> Sources.installed().open(path, null, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith(path + " is a TensorFlow checkpoint")
        .hasMessageContaining(
            "write "
                + temp.resolve("model.ckpt-7")
                + " as a SavedModel by `compiler convert-checkpoint`");
  }
}
