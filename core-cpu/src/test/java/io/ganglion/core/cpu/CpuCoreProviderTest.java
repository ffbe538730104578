package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreProviderContract;
import io.ganglion.runtime.core.CoreSet;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuCoreProviderTest extends CoreProviderContract {
  @TempDir Path folder;
  private Artifact artifact;

  @BeforeEach
  void open() throws Exception {
    artifact = Artifact.open(TestArtifacts.tiny().write(folder.resolve("model")));
  }

  @AfterEach
  void close() {
    artifact.close();
  }

  @Override
  protected CoreProvider provider() {
    return new CpuCoreProvider();
  }

  @Override
  protected Artifact artifact() {
    return artifact;
  }

  @Test
  void thereIsACoreForEachProcessorOrFewerOfSeveralThreads() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    try (CoreSet cores = provider().open(artifact, CoreOptions.DEFAULT)) {
      assertThat(cores.cores()).isEqualTo(processors);
      assertThat(cores.executions()).isEqualTo(processors);
    }
    CoreOptions wide = new CoreOptions(0, 2 * processors, 0, Map.of());
    try (CoreSet cores = provider().open(artifact, wide)) {
      assertThat(cores.cores()).isOne();
    }
  }
}
