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
  private static final String FACTORS =
      "onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx10_1_512_amx,undef,src:u8,"
          + "attr-scratchpad:user attr-post-ops:binary_mul:f32:2+sum,,"
          + "1x320x4096:1x4096x1024,";

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
  void aTableNamesThePartsAndWhatIsOutside() {
    CoreProfile profile = new CoreProfile(10, Map.of(Part.MATMULS, 6.0, Part.ATTENTION, 1.5));

    assertThat(profile.text("ours"))
        .startsWith("ours: 10.0 ms a pass, one core, one thread")
        .containsPattern("matrix multiplications with post-ops +6.0 ms +60.0%")
        .containsPattern("outside oneDNN .* 2.5 ms +25.0%");
  }

  @Test
  void kernelsThatTookLongerThanThePassAreDoubted() {
    CoreProfile profile = new CoreProfile(10, Map.of(Part.MATMULS, 11.0));

    assertThat(profile.outside()).isZero();
    assertThat(profile.text("ours")).contains("take the figures with care");
  }

  @Test
  void everyKindOfCallHasItsPart() {
    assertThat(Part.parse(line("softmax", "16x54x54")))
        .get()
        .returns(Part.ATTENTION, Part.Call::part);
    assertThat(Part.parse(FACTORS + "6")).get().returns(Part.MATMULS, Part.Call::part);
    assertThat(Part.parse(line("layer_normalization", "320x1024")))
        .get()
        .returns(Part.LAYER_NORM, Part.Call::part);
    assertThat(Part.parse(line("reorder", "320x1024")))
        .get()
        .returns(Part.CONVERSION, Part.Call::part);
    assertThat(Part.parse(line("binary", "320x1024")))
        .get()
        .returns(Part.OTHER_KERNELS, Part.Call::part);
  }

  private static String line(String kind, String shapes) {
    return "onednn_verbose,v1,primitive,exec,cpu,"
        + kind
        + ",jit:avx512,undef,data,attr,,"
        + shapes
        + ",0.25";
  }

  @Test
  void linesThatAreNoExecutionCountNothing() {
    assertThat(Part.parse("onednn_verbose,v1,info,cpu,isa:Intel AVX-512")).isEmpty();
    assertThat(Part.parse("")).isEmpty();
  }
}
