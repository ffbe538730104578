package io.ganglion.compiler.cli;

import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.backend.neuron.NeuronTarget;
import io.ganglion.compiler.pipeline.NumberTypes;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.core.nrt.NeuronType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Interprets {@code --precision}, {@code --dtype} and {@code --target} together. */
final class NumberTypeFlags {
  /** The types of a graph, with the names of AWS's bert_demo and ours. */
  private static final String DTYPES = "float32, float16 or bfloat16";

  private NumberTypeFlags() {}

  /**
   * The types that the flags ask for. {@code --precision} sets the artifact's, {@code --dtype} the
   * graph's. If one is missing, it follows the other. Without both, a NeuronCore computes in
   * float16, as in AWS's bert_demo, and everything else in bf16.
   *
   * @param target NeuronCores to compile for besides the CPU; null for none
   * @throws SettingException if the flags contradict each other or ask for something that cannot
   *     run; the message lists what can
   */
  static NumberTypes of(
      @Nullable PrecisionChoice precision, @Nullable String dtype, @Nullable NeuronTarget target) {
    NeuronType named = dtype == null ? null : parse(dtype);
    if (precision == null) {
      NeuronType graph = named != null ? named : target == null ? NeuronType.BF16 : NeuronType.FP16;
      PrecisionChoice own = graph == NeuronType.FP32 ? PrecisionChoice.FP32 : PrecisionChoice.BF16;
      return new NumberTypes(own, graph);
    }
    if (target != null && precision.calibrates()) {
      throw new SettingException(
          "--target "
              + target
              + " cannot run --precision "
              + lower(precision)
              + ": it runs "
              + list(target.types())
              + ". Use --precision fp32 or bf16, or leave --target out.");
    }
    NeuronType graph = named != null ? named : NumberTypes.of(precision).graph();
    boolean wide = precision == PrecisionChoice.FP32;
    if (wide != (graph == NeuronType.FP32)) {
      throw new SettingException(
          "--precision "
              + lower(precision)
              + " and --dtype "
              + dtype
              + " contradict each other: with fp32 goes float32; with bf16, int8 and auto go"
              + " float16 and bfloat16.");
    }
    return new NumberTypes(precision, graph);
  }

  private static NeuronType parse(String dtype) {
    return switch (dtype.toLowerCase(Locale.ROOT)) {
      case "float32", "fp32" -> NeuronType.FP32;
      case "float16", "fp16" -> NeuronType.FP16;
      case "bfloat16", "bf16" -> NeuronType.BF16;
      default -> throw new SettingException("--dtype is " + DTYPES + ", not " + dtype + ".");
    };
  }

  private static String list(List<NeuronType> types) {
    return types.stream().map(NeuronType::toString).collect(Collectors.joining(", "));
  }

  private static String lower(PrecisionChoice precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }
}
