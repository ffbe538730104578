package io.ganglion.compiler.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceDigestTest {
  @TempDir Path temp;
  private Path model;

  @BeforeEach
  void write() throws Exception {
    model = Files.createDirectories(temp.resolve("model"));
    Files.createDirectories(model.resolve("variables"));
    Files.writeString(model.resolve("saved_model.pb"), "graph");
    Files.writeString(model.resolve("variables").resolve("variables.index"), "index");
  }

  private static String digest(Path source) throws CompileException {
    return SourceDigest.of(source, Progress.SILENT);
  }

  @Test
  void aCopyHasTheSameDigestAndALinkToItToo() throws Exception {
    String digest = digest(model);
    Path moved = Files.move(model, temp.resolve("moved"));
    assertThat(digest(moved)).isEqualTo(digest);
    Path link = Files.createSymbolicLink(temp.resolve("link"), moved);
    assertThat(digest(link)).isEqualTo(digest);
  }

  @Test
  void linksToTwoModelsHaveTwoDigests() throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("saved_model.pb"), "another graph");
    assertThat(digest(Files.createSymbolicLink(temp.resolve("a"), model)))
        .isNotEqualTo(digest(Files.createSymbolicLink(temp.resolve("b"), other)));
  }

  @Test
  void namesAndContentsBothCount() throws Exception {
    String digest = digest(model);
    Path index = model.resolve("variables").resolve("variables.index");
    Files.writeString(index, "Index");
    String changed = digest(model);
    Files.writeString(index, "index");
    assertThat(digest(model)).isEqualTo(digest).isNotEqualTo(changed);
    Files.move(index, model.resolve("variables").resolve("renamed"));
    assertThat(digest(model)).isNotIn(digest, changed);
  }

  @Test
  void aFileIsASourceToo() throws Exception {
    Path file = Files.writeString(temp.resolve("a.pb"), "frozen");
    String digest = digest(file);
    assertThat(digest).matches("[0-9a-f]{64}");
    Files.writeString(file, "other");
    assertThat(digest(file)).isNotEqualTo(digest);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> digest(temp.resolve("nowhere")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("nowhere cannot be read");
  }
}
