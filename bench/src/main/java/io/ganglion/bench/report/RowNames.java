package io.ganglion.bench.report;

/** The names of the table's rows. */
public final class RowNames {
  public static final String TENSORFLOW = "tensorflow-fp32-padded";
  public static final String ORT_FP32_PADDED = "onnxruntime-fp32-padded";
  public static final String ORT_FP32_LONGEST = "onnxruntime-fp32-longest";
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
}
