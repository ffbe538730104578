package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Shows that a core can keep the contract, whatever the task. */
class ReferenceCoreTest {
  @Nested
  class Classification extends Contract {
    Classification() {
      super(TestArtifacts.tiny());
    }
  }

  @Nested
  class Embedding extends Contract {
    Embedding() {
      super(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    }
  }

  @Nested
  class Tokens extends Contract {
    Tokens() {
      super(TestArtifacts.tiny().tokens("O", "PER", "LOC"));
    }
  }

  abstract static class Contract extends NeuronCoreContract {
    private final TestArtifacts model;
    @TempDir Path directory;
    private Artifact artifact;

    Contract(TestArtifacts model) {
      this.model = model;
    }

    @Override
    protected Artifact artifact() {
      return artifact;
    }

    @Override
    protected NeuronCore openCore() throws Exception {
      artifact = Artifact.open(model.sequenceLength(24).write(directory.resolve("model")));
      return new ReferenceCore(artifact, 0);
    }

    @Override
    protected void release() {
      artifact.close();
    }
  }
}
