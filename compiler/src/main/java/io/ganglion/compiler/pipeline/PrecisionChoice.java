package io.ganglion.compiler.pipeline;

import com.google.common.collect.ImmutableList;
import io.ganglion.runtime.model.Precision;

/** The wanted precision of the artifact. */
public enum PrecisionChoice {
  FP32(ImmutableList.of(Precision.FP32)),
  BF16(ImmutableList.of(Precision.BF16)),
  INT8(ImmutableList.of(Precision.INT8)),
  /** The fastest precision that the accuracy gate accepts. */
  AUTO(ImmutableList.of(Precision.INT8, Precision.BF16, Precision.FP32));

  private final ImmutableList<Precision> candidates;

  PrecisionChoice(ImmutableList<Precision> candidates) {
    this.candidates = candidates;
  }

  /** Only this precision. */
  public static PrecisionChoice of(Precision precision) {
    return valueOf(precision.name());
  }

  /** The precisions to try, in this order, until one is accepted. */
  public ImmutableList<Precision> candidates() {
    return candidates;
  }

  /** Whether calibration is needed. */
  public boolean calibrates() {
    return candidates.contains(Precision.INT8);
  }
}
