package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.TestArtifacts;

class NrtBf16ContractTest extends NrtContract {
  @Override
  TestArtifacts model() {
    return TestArtifacts.tiny()
        .tolerance(0.03)
        .moreFiles(FakeProgram.of(NeuronType.BF16, 4, 8, 24, 64));
  }
}
