package io.ganglion.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreProfileTest {
  private static final String DENSE =
      "onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,src:bf16,"
          + "attr-scratchpad:user,,320x1024:1024x3072,";
  private static final String HEADS =
      "onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,src:bf16,"
          + "attr-scratchpad:user,,16x54x64:16x64x54,";

  @Test
  void theFastestSilentPassAndTheFastestVerboseOneMakeTheProfile() {
    CoreProfile profile =
        CoreProfile.read(
            List.of(
                ProfiledRun.PASS + 12,
                ProfiledRun.PASS + 10,
                DENSE + "7",
                HEADS + "2",
                ProfiledRun.PASS + 15,
                DENSE + "6",
                HEADS + "1.5",
                ProfiledRun.PASS + 13));

    assertThat(profile.milliseconds()).isEqualTo(10);
    assertThat(profile.kernels()).isEqualTo(Map.of(Part.MATMULS, 6.0, Part.ATTENTION, 1.5));
    assertThat(profile.outside()).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void linesThatAreNoExecutionCountNothing() {
    assertThat(Part.parse("onednn_verbose,v1,info,cpu,isa:Intel AVX-512")).isEmpty();
    assertThat(Part.parse("")).isEmpty();
  }
}
