package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.compiler.pipeline.NumberTypes;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.core.nrt.NeuronType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTypeFlagsTest {
  /** Every combination of flags has one meaning. */
  @ParameterizedTest
  @CsvSource({
    // precision, dtype, target -> artifact, graph
    ",,, BF16, BF16",
    ",, inf2, BF16, FP16",
    ", float32,, FP32, FP32",
    ", float32, inf1, FP32, FP32",
    ", float16,, BF16, FP16",
    ", float16, inf1, BF16, FP16",
    ", bfloat16,, BF16, BF16",
    ", FLOAT16,, BF16, FP16",
    "FP32, Float32,, FP32, FP32",
    ", bfloat16, trn1, BF16, BF16",
    "FP32,,, FP32, FP32",
    "FP32,, inf2, FP32, FP32",
    "FP32, float32, inf2, FP32, FP32",
    "BF16,,, BF16, BF16",
    "BF16,, inf2, BF16, BF16",
    "BF16, float16, inf2, BF16, FP16",
    "BF16, bfloat16,, BF16, BF16",
    "INT8,,, INT8, BF16",
    "INT8, float16,, INT8, FP16",
    "AUTO,,, AUTO, BF16",
    "AUTO, bfloat16,, AUTO, BF16"
  })
  void aCombinationHasOneMeaning(
      @Nullable PrecisionChoice precision,
      @Nullable String dtype,
      @Nullable String target,
      PrecisionChoice artifact,
      NeuronType graph) {
    assertThat(NumberTypeFlags.of(precision, dtype, target(target)))
        .isEqualTo(new NumberTypes(artifact, graph));
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, float16,",
    "FP32, bfloat16, inf2",
    "BF16, float32,",
    "INT8, float32,",
    "AUTO, float32,"
  })
  void aContradictionIsRefused(PrecisionChoice precision, String dtype, @Nullable String target) {
    assertThatThrownBy(() -> NumberTypeFlags.of(precision, dtype, target(target)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("contradict each other")
        .hasMessageContaining("float16 and bfloat16");
  }

  @ParameterizedTest
  @CsvSource({"INT8, inf1", "INT8, trn2", "AUTO, inf2"})
  void whatATargetCannotRunIsRefusedWithWhatItCan(PrecisionChoice precision, String target) {
    assertThatThrownBy(() -> NumberTypeFlags.of(precision, null, target(target)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("--target " + target + " cannot run --precision")
        .hasMessageContaining("it runs fp32, fp16, bf16");
  }

  @Test
  void anUnknownTypeIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> NumberTypeFlags.of(null, "int4", null))
        .hasMessage("--dtype is float32, float16 or bfloat16, not int4.");
  }

  private static @Nullable NeuronTarget target(@Nullable String name) {
    return name == null ? null : NeuronTarget.of(name).orElseThrow();
  }
}
