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
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "graph.pb, The graph",
    "saved_model.pb, The SavedModel",
    "model.ckpt-7.index, The checkpoint"
  })
  void whatOnlyTensorFlowReadsIsReferredToTheProgramThatHasIt(String file, String called)
      throws Exception {
    Files.createFile(temp.resolve(file));
    Path given = file.equals("graph.pb") ? temp.resolve(file) : temp;
    assertThatThrownBy(() -> Sources.installed().open(given, null, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageMatching(
            called + " .* needs TensorFlow, .*; give the same command to compiler-tensorflow\\.");
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
