package io.ganglion.server;

import io.ganglion.client.KilledServers;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("proof")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledServersProofTest {
  /** As tiny, with room for the longest text. */
  private static final ModelDimensions TINY = new ModelDimensions(160, 128, 2, 32, 2, 2, 64);

  @TempDir private Path folder;

  @Test
  void realServersThatAreKilledLoseNothing() throws Exception {
    Path model = TestArtifacts.of(TINY).write(folder.resolve("model"));
    KilledServers.survive(
        port -> new ServerProcess(model, "--port", "" + port, "--parallel", "1").process);
  }
}
