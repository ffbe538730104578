package io.ganglion.compiler.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
  @TempDir Path temp;

  /** A format that takes files of one ending and describes each by the format's name. */
  private record Ending(String ending) implements SourceFormat {
    @Override
    public String expects() {
      return "a file *" + ending;
    }

    @Override
    public boolean accepts(Path path) {
      return path.toString().endsWith(ending);
    }

    @Override
    public Source open(Path path, @Nullable String scope, Progress progress)
        throws CompileException {
      throw new CompileException(ending + " opens " + path.getFileName() + " of " + scope);
    }

    @Override
    public Map<String, Object> describe(Path path, @Nullable String scope) {
      return Map.of("kind", ending);
    }
  }

  private final Sources sources = Sources.of(List.of(new Ending(".a"), new Ending(".b")));

  @Test
  void theKindThatAcceptsAPathOpensIt() throws Exception {
    Path file = Files.createFile(temp.resolve("model.b"));
    assertThatThrownBy(() -> sources.open(file, "tower", Progress.SILENT))
        .hasMessage(".b opens model.b of tower");
    assertThat(sources.describe(file, null)).containsEntry("kind", ".b");
  }

  @Test
  void aPathThatIsNotThereIsSaidSoWithWhatIsExpected() {
    assertThatThrownBy(() -> sources.open(temp.resolve("none.a"), null, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("There is no file or directory")
        .hasMessageEndingWith("none.a; give a file *.a, or a file *.b.");
  }

  @Test
  void whatNoKindAcceptsIsRefusedWithTheNextBestInside() throws Exception {
    Files.createFile(temp.resolve("2.b"));
    Files.createFile(temp.resolve("1.b"));
    assertThatThrownBy(() -> sources.describe(temp, null))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            temp + " is not a file *.a, or a file *.b. Did you mean " + temp.resolve("1.b") + "?");
  }

  @Test
  void savedModelsAndFrozenGraphsAreInstalled() throws Exception {
    Path frozen = Files.writeString(temp.resolve("graph.pb"), "no graph");
    assertThatThrownBy(() -> Sources.installed().open(frozen, null, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("GraphDef");
    assertThatThrownBy(() -> Sources.installed().open(temp, null, Progress.SILENT))
        .hasMessageContaining("is not a SavedModel's directory")
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
            "write " + temp.resolve("model.ckpt-7") + " as a SavedModel by `compiler export`");
  }

  @Test
  void aDigestIsOfContentsAndNamesAndNotOfPlaces() throws Exception {
    Path first = Files.createDirectories(temp.resolve("x"));
    Path second = Files.createDirectories(temp.resolve("y"));
    for (Path directory : List.of(first, second)) {
      Files.writeString(directory.resolve("a"), "1");
      Files.writeString(directory.resolve("b"), "2");
    }
    String digest = SourceDigest.of(first, Progress.SILENT);
    assertThat(digest).isEqualTo(SourceDigest.of(second, Progress.SILENT)).hasSize(64);
    Files.move(second.resolve("b"), second.resolve("c"));
    assertThat(SourceDigest.of(second, Progress.SILENT)).isNotEqualTo(digest);
  }
}
