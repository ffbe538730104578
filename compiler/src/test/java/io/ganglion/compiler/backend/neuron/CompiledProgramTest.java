package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.FakeNrt;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.core.nrt.NrtCoreFactory;
import io.ganglion.core.nrt.NrtOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.NeuronCoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way, with fakes of both vendor programs: the back end emits a program, a fake
 * neuronx-cc wraps it, and a core over the fake {@code libnrt} runs it and passes the contract of
 * all cores.
 */
class CompiledProgramTest extends NeuronCoreContract {
  @TempDir Path directory;

  private Artifact artifact;
  private NrtCoreFactory factory;

  @Override
  protected Artifact artifact() throws Exception {
    if (artifact == null) {
      NeuronOptions options =
          new NeuronOptions(
              NeuronTarget.INF2,
              NeuronType.FP16,
              false,
              4,
              List.of(16, 64),
              Optional.of(FakeNrt.neuronxCc()),
              List.of(),
              Duration.ofSeconds(60),
              0,
              false);
      Path output = directory.resolve("model");
      TestArtifacts model =
          TestArtifacts.tiny()
              .tolerance(0.003)
              .moreFiles(
                  (work, manifest, weights) -> {
                    try {
                      NeuronBackEnd.of(options, "", line -> {})
                          .compile(manifest, weights::get, work, output);
                    } catch (CompileException e) {
                      throw new IOException(e);
                    }
                  });
      artifact = Artifact.open(model.write(output));
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
