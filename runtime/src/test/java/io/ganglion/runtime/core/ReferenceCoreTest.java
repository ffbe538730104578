package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Shows that a core can keep the contract. */
class ReferenceCoreTest extends NeuronCoreContract {
  @TempDir static Path directory;

  private static Artifact artifact;

  @BeforeAll
  static void write() throws Exception {
    artifact =
        Artifact.open(TestArtifacts.tiny().sequenceLength(24).write(directory.resolve("model")));
  }

  @AfterAll
  static void closeArtifact() {
    artifact.close();
  }

  @Override
  protected Artifact artifact() {
    return artifact;
  }

  @Override
  protected NeuronCore openCore() {
    return new ReferenceCore(artifact, 0);
  }
}
