package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.TestArtifacts;

class NrtFp32ContractTest extends NrtContract {
  @Override
  TestArtifacts model() {
    return TestArtifacts.tiny()
        .tolerance(1e-5)
        .moreFiles(FakeProgram.of(NeuronType.FP32, 4, 8, 24, 64));
  }
}
