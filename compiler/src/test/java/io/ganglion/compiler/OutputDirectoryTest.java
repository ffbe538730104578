package io.ganglion.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {
  @TempDir Path temp;

  @Test
  void whatIsCommittedAppearsAtOnceAndStays() throws Exception {
    Path target = temp.resolve("deep").resolve("out");
    try (OutputDirectory output = OutputDirectory.create(target)) {
      Files.writeString(output.work().resolve("file"), "x");
      assertThat(target).doesNotExist();
      output.commit();
    }
    assertThat(target.resolve("file")).hasContent("x");
    assertThat(target.getParent()).isDirectoryContaining(path -> path.equals(target));
  }

  @Test
  void whatIsNotCommittedIsGone() throws Exception {
    try (OutputDirectory output = OutputDirectory.create(temp.resolve("out"))) {
      Files.createDirectories(output.work().resolve("a").resolve("b"));
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void whereSomethingIsNothingIsWritten() throws Exception {
    Path target = Files.writeString(temp.resolve("out"), "mine");
    assertThatThrownBy(() -> OutputDirectory.create(target))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("exists already");
    assertThat(target).hasContent("mine");
  }

  @Test
  void whatAppearedMeanwhileIsNotReplaced() throws Exception {
    Path target = temp.resolve("out");
    try (OutputDirectory output = OutputDirectory.create(target)) {
      Files.createDirectories(target);
      assertThatThrownBy(output::commit).hasMessageContaining("exists already");
    }
    assertThat(temp).isDirectoryContaining(path -> path.equals(target));
  }
}
