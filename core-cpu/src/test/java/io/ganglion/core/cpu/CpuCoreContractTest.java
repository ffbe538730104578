package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.NeuronCoreContract;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract of all cores on the CPU core, in each precision and for each task. */
class CpuCoreContractTest {
  @Nested
  class Fp32 extends Contract {
    Fp32() {
      super(TestArtifacts.tiny());
    }
  }

  @Nested
  class Bf16 extends Contract {
    Bf16() {
      super(TestArtifacts.tiny().precision(Precision.BF16));
    }
  }

  @Nested
  class Int8 extends Contract {
    Int8() {
      super(TestArtifacts.tiny().precision(Precision.INT8));
    }
  }

  @Nested
  class MeanEmbedding extends Contract {
    MeanEmbedding() {
      super(TestArtifacts.tiny().embedding(Pooling.MEAN, true).precision(Precision.BF16));
    }
  }

  @Nested
  class MaxEmbedding extends Contract {
    MaxEmbedding() {
      super(TestArtifacts.tiny().embedding(Pooling.MAX, true));
    }
  }

  @Nested
  class FirstTokenEmbedding extends Contract {
    FirstTokenEmbedding() {
      super(TestArtifacts.tiny().embedding(Pooling.FIRST, true).precision(Precision.INT8));
    }
  }

  @Nested
  class LabelsOfTokens extends Contract {
    LabelsOfTokens() {
      super(TestArtifacts.tiny().tokens("O", "PER", "LOC"));
    }
  }

  @Nested
  class LabelsOfTokensInBf16 extends Contract {
    LabelsOfTokensInBf16() {
      super(TestArtifacts.tiny().tokens("O", "PER", "LOC").precision(Precision.BF16));
    }
  }

  abstract static class Contract extends NeuronCoreContract {
    private final TestArtifacts model;
    @TempDir Path directory;
    private Artifact artifact;
    private CpuCoreFactory factory;

    Contract(TestArtifacts model) {
      this.model = model;
    }

    @Override
    protected Artifact artifact() {
      return artifact;
    }

    @Override
    protected NeuronCore openCore() throws Exception {
      artifact = Artifact.open(model.write(directory.resolve("model")));
      factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT);
      return factory.open(0);
    }

    @Override
    protected void release() {
      factory.close();
      artifact.close();
    }
  }
}
