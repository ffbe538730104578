package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactWriterTest {
  @TempDir Path directory;

  @Test
  void anExistingOutputIsRefusedAndLeftAlone() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    for (Path existing : List.of(file, folder)) {
      refuses(existing, Reason.EXISTS, "exists already");
    }
    assertThat(Files.readString(file)).isEqualTo("mine");
    assertThat(names()).containsExactlyInAnyOrder("file", "folder");
  }

  @Test
  void aMissingParentIsNamed() throws Exception {
    Path parent = directory.resolve("absent");
    refuses(parent.resolve("model"), Reason.IO, parent.toString());
    Path file = Files.writeString(directory.resolve("file"), "");
    refuses(file.resolve("model"), Reason.IO, "not a directory");
  }

  @Test
  void closingWithoutACommitLeavesNothing() throws Exception {
    try (ArtifactWriter writer = ArtifactWriter.create(directory.resolve("model"))) {
      assertThat(writer.workDirectory().getFileName().toString()).startsWith(".model.tmp-");
      Files.createDirectories(writer.workDirectory().resolve("neuron/deep"));
      Files.writeString(writer.workDirectory().resolve("neuron/deep/log"), "x");
      assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void aStagedArtifactOpensAndFilesBelowItAreSigned() throws Exception {
    Path model = TestArtifacts.tiny().write(directory.resolve("model"));
    Path other = directory.resolve("other");
    try (Artifact source = Artifact.open(model);
        ArtifactWriter writer = ArtifactWriter.create(other)) {
      Path work = writer.workDirectory();
      for (String name : ArtifactFiles.list(model)) {
        Files.copy(model.resolve(name), work.resolve(name));
      }
      Files.createDirectories(work.resolve("neuron"));
      Files.writeString(work.resolve("neuron/compile.log"), "done");
      writer.stage(source.manifest());
      Artifact.open(work).close();
      Files.writeString(work.resolve("neuron/compile.log"), "done again");
      assertThatThrownBy(() -> Artifact.open(work)).hasMessageContaining("compile.log");
      writer.stage(source.manifest());
      writer.commit();
      writer.close();
      writer.close();
    }
    Artifact.open(other).close();
    Files.writeString(other.resolve("neuron/compile.log"), "DONE AGAIN");
    assertThatThrownBy(() -> Artifact.open(other))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM));
    assertThat(names()).containsExactlyInAnyOrder("model", "other");
  }

  @Test
  void anOutputThatAppearsMeanwhileIsNotOverwritten() throws Exception {
    Path model = TestArtifacts.tiny().write(directory.resolve("model"));
    Path other = directory.resolve("other");
    try (Artifact source = Artifact.open(model);
        ArtifactWriter writer = ArtifactWriter.create(other)) {
      writer.stage(source.manifest());
      Files.createDirectory(other);
      assertThatThrownBy(writer::commit)
          .isInstanceOfSatisfying(
              ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXISTS));
    }
    assertThat(names()).containsExactlyInAnyOrder("model", "other");
    assertThat(other).isEmptyDirectory();
  }

  private void refuses(Path output, Reason reason, String words) {
    assertThatThrownBy(() -> ArtifactWriter.create(output))
        .isInstanceOfSatisfying(
            ArtifactException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  private List<String> names() throws Exception {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
