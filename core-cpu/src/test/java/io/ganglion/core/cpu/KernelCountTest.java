package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounds the memory of kernels, which is most of what a small model takes. */
class KernelCountTest {
  private static final int LONGEST = 128;
  private static final int BATCH = 4;

  /** A plan takes about 1 MB, so this leaves room for all else within 250 MB. */
  private static final int MOST_PLANS = 48;

  @TempDir Path directory;

  @Test
  void aCoreThatHasMetEveryLengthAndEveryNumberOfTokensKeepsFewPlans() throws Exception {
    Path model =
        TestArtifacts.of(new ModelDimensions(160, LONGEST, 2, 64, 1, 2, 128))
            .precision(Precision.BF16)
            .batchSize(BATCH)
            .write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(model);
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT);
        CpuCore core = factory.open(0, null)) {
      for (int length = 1; length <= LONGEST; length++) {
        for (int requests = 1; requests <= BATCH; requests++) {
          TokenSequence text = new TokenSequence(new int[length], new int[length]);
          core.infer(TokenBatch.of(Collections.nCopies(requests, text)));
        }
      }
      assertThat(core.plans()).isLessThanOrEqualTo(MOST_PLANS);
    }
  }
}
