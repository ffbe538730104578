package io.ganglion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir private Path folder;

  @Test
  void aFileThatCanBeWrittenIsLeftAlone() throws IOException {
    Path absent = folder.resolve("new.json");
    Path present = Files.writeString(folder.resolve("old.json"), "old");
    OutputFiles.requireWritable("--json", absent);
    OutputFiles.requireWritable("--json", present);
    OutputFiles.requireWritable("--json", Path.of("relative.json"));
    assertThat(absent).doesNotExist();
    assertThat(present).hasContent("old");
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path file = folder.resolve("none").resolve("x.json");
    assertThatThrownBy(() -> OutputFiles.requireWritable("--json", file))
        .isInstanceOf(FailureException.class)
        .hasMessage(
            "Cannot write --json %s: there is no directory %s; make it first.",
            file, folder.resolve("none"));
  }

  @Test
  void aDirectoryIsNoFile() {
    assertThatThrownBy(() -> OutputFiles.requireWritable("--html", folder))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("it is a directory");
  }
}
