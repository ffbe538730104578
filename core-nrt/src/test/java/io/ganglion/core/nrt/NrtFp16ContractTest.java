package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.TestArtifacts;

class NrtFp16ContractTest extends NrtContract {
  @Override
  TestArtifacts model() {
    return TestArtifacts.tiny()
        .tolerance(0.003)
        .moreFiles(FakeProgram.of(NeuronType.FP16, 4, 8, 24, 64));
  }
}
