package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.NeuronCoreContract;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract of all cores on the CPU core, in each precision. */
class CpuCoreContractTest {
  @Nested
  class Fp32 extends Contract {
    Fp32() {
      super(Precision.FP32);
    }
  }

  @Nested
  class Bf16 extends Contract {
    Bf16() {
      super(Precision.BF16);
    }
  }

  @Nested
  class Int8 extends Contract {
    Int8() {
      super(Precision.INT8);
    }
  }

  abstract static class Contract extends NeuronCoreContract {
    private final Precision precision;
    @TempDir Path directory;
    private Artifact artifact;
    private CpuCoreFactory factory;

    Contract(Precision precision) {
      this.precision = precision;
    }

    @Override
    protected Artifact artifact() {
      return artifact;
    }

    @Override
    protected NeuronCore openCore() throws Exception {
      artifact =
          Artifact.open(
              TestArtifacts.tiny().precision(precision).write(directory.resolve("model")));
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
