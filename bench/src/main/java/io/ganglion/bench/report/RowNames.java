package io.ganglion.bench.report;

import io.ganglion.runtime.model.Precision;
import org.jspecify.annotations.Nullable;

/** The names of the table's rows. */
public final class RowNames {
  public static final String TENSORFLOW = "tensorflow-fp32-padded";
  public static final String ORT_FP32_PADDED = "onnxruntime-fp32-padded";
  public static final String ORT_FP32_LONGEST = "onnxruntime-fp32-longest";
  public static final String PYTORCH_BF16 = "pytorch-bf16-longest";
  public static final String ORT_INT8_PADDED = "onnxruntime-int8-padded";
  public static final String ORT_INT8_LONGEST = "onnxruntime-int8-longest";
  public static final String ORT_INT8_SORTED = "onnxruntime-int8-longest-sorted";
  public static final String OUR_FP32 = "ganglion-fp32";
  public static final String OUR_BF16 = "ganglion-bf16";
  public static final String OUR_INT8 = "ganglion-int8";
  public static final String GRPC_BF16 = "ganglion-bf16-grpc";
  public static final String GRPC_INT8 = "ganglion-int8-grpc";
  public static final String ROOFLINE_BF16 = "roofline-bf16";
  public static final String ROOFLINE_INT8 = "roofline-int8";

  private RowNames() {}

  /** The precision of a row's matrices. */
  public static Precision precision(String row) {
    if (row.contains("int8")) {
      return Precision.INT8;
    }
    return row.contains("bf16") ? Precision.BF16 : Precision.FP32;
  }

  /** The row of our own products that bounds a row of ours; null of others. */
  public static @Nullable String roofline(String row) {
    return switch (row) {
      case OUR_BF16, GRPC_BF16 -> ROOFLINE_BF16;
      case OUR_INT8, GRPC_INT8 -> ROOFLINE_INT8;
      default -> null;
    };
  }
}
