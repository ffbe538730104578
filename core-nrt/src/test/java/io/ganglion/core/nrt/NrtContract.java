package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.NeuronCoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract of all cores on a NeuronCore over the fake {@code libnrt}. */
abstract class NrtContract extends NeuronCoreContract {
  @TempDir Path directory;

  private Artifact artifact;
  private NrtCoreFactory factory;

  /** Builds the model and its program. */
  abstract TestArtifacts model();

  @Override
  protected Artifact artifact() throws Exception {
    if (artifact == null) {
      artifact = Artifact.open(model().write(directory.resolve("model")));
    }
    return artifact;
  }

  @Override
  protected NeuronCore openCore() throws Exception {
    NrtOptions options = NrtOptions.defaults().withLibrary(FakeNrt.library());
    factory = NrtCoreFactory.create(artifact(), options);
    return factory.open(0);
  }

  @Override
  protected void release() {
    factory.close();
    artifact.close();
  }
}
