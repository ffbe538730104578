package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;

/** An artifact on one CPU core, owned by the thread that opened it. */
final class CpuModel implements AutoCloseable {
  private final CpuCoreFactory factory;
  private final NeuronCore core;

  private CpuModel(CpuCoreFactory factory, NeuronCore core) {
    this.factory = factory;
    this.core = core;
  }

  static CpuModel write(TestArtifacts model, Path directory) throws Exception {
    return open(model.write(directory), CpuOptions.DEFAULT);
  }

  static CpuModel open(Path directory, CpuOptions options) throws Exception {
    try (Artifact artifact = Artifact.open(directory)) {
      CpuCoreFactory factory = CpuCoreFactory.load(artifact, options);
      return new CpuModel(factory, factory.open(0));
    }
  }

  CpuCoreFactory factory() {
    return factory;
  }

  NeuronCore core() {
    return core;
  }

  /** The outputs of one request, alone in its batch. */
  float[] outputs(TokenSequence input) throws Exception {
    return core.infer(TokenBatch.of(List.of(input))).of(0);
  }

  @Override
  public void close() {
    core.close();
    factory.close();
  }
}
