package io.ganglion.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.ModelDimensions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationInputsTest {
  private static final ModelDimensions LARGE =
      new ModelDimensions(30522, 512, 2, 1024, 24, 16, 4096);
  private static final ModelDimensions BASE = new ModelDimensions(30522, 512, 2, 768, 12, 12, 3072);

  @Test
  void aBaseModelIsComparedOnAllBuiltInPairs() {
    assertThat(VerificationInputs.affordable(BASE, 128)).isEqualTo(VerificationInputs.BUILT_IN);
  }

  @Test
  void aLargeModelIsComparedOnAsManyAsItsTimeAllows() {
    assertThat(VerificationInputs.affordable(LARGE, 128)).isEqualTo(32);
    assertThat(VerificationInputs.affordable(LARGE, 100)).isBetween(33, 63);
  }

  @Test
  void noModelIsSoLargeThatFewerThanThirtyTwoWouldDo() {
    assertThat(VerificationInputs.affordable(LARGE, 512)).isEqualTo(32);
  }

  @Test
  void pairsThatTheUserNamesAreAllCompared(@TempDir Path temp) throws Exception {
    Path file = Samples.pairs(temp.resolve("pairs.tsv"), 40);
    assertThat(VerificationInputs.of(file, 32)).hasSize(40);
    assertThat(VerificationInputs.of(null, 32)).hasSize(32);
  }
}
