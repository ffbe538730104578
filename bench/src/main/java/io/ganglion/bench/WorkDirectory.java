package io.ganglion.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory of the models. Deleted at the end unless the user named it. */
record WorkDirectory(Path path, boolean temporary) implements AutoCloseable {
  static WorkDirectory of(@Nullable Path named) throws IOException {
    if (named != null) {
      return new WorkDirectory(named.toAbsolutePath(), false);
    }
    WorkDirectory made = new WorkDirectory(Files.createTempDirectory("ganglion-bench"), true);
    Runtime.getRuntime().addShutdownHook(new Thread(made::deleteIfLeft));
    return made;
  }

  /** Deletes it after a signal, too: gigabytes of models must not stay behind. */
  private void deleteIfLeft() {
    try {
      if (Files.exists(path)) {
        close();
      }
    } catch (IOException e) {
      System.err.println("could not delete " + path + ": " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (temporary) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
