package io.ganglion.runtime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real data that lies beside some checkouts. */
public final class SharedData {
  private SharedData() {}

  /** The file. Where it is absent, the calling test ends and reports that it did not run. */
  public static Path require(String name) {
    Path file = Path.of(System.getProperty("ganglion.shared.data", "absent"), name);
    assumeTrue(Files.exists(file), () -> "not run: there is no " + file);
    return file;
  }
}
