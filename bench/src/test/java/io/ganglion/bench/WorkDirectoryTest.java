package io.ganglion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir private Path directory;

  @Test
  void aDirectoryThatNobodyNamedIsGoneAtTheEndWithAllInIt() throws Exception {
    WorkDirectory work = WorkDirectory.of(null);
    Files.createDirectories(work.path().resolve("model"));
    Files.writeString(work.path().resolve("model/weights"), "many");
    work.close();

    assertThat(work.path()).doesNotExist();
  }

  @Test
  void aNamedDirectoryIsKept() throws Exception {
    Path named = directory.resolve("work");
    Files.createDirectories(named);
    WorkDirectory.of(named).close();

    assertThat(named).exists();
  }
}
