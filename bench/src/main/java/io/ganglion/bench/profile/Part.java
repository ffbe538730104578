package io.ganglion.bench.profile;

import java.util.Optional;

/** Parts of a core's work that oneDNN's verbose lines distinguish. */
enum Part {
  MATMULS("matrix multiplications with post-ops"),
  ATTENTION("attention"),
  LAYER_NORM("layer norm"),
  CONVERSION("conversions between types"),
  OTHER_KERNELS("other oneDNN calls");

  private static final int KIND = 5;
  private static final int LEAST_FIELDS = 10;
  private static final String POST_OPS = "attr-post-ops:";

  private final String words;

  Part(String words) {
    this.words = words;
  }

  /** One call: which part it belongs to and how long it took, in milliseconds. */
  record Call(Part part, double milliseconds) {}

  /**
   * Reads a line {@code onednn_verbose,v1,primitive,exec,cpu,KIND,...,SHAPES,MILLISECONDS}; empty
   * if it is another one.
   */
  static Optional<Call> parse(String line) {
    String[] fields = line.split(",", -1);
    boolean execution =
        fields.length >= LEAST_FIELDS && fields[2].equals("primitive") && fields[3].equals("exec");
    if (!execution) {
      return Optional.empty();
    }
    String shapes = fields[fields.length - 2];
    Part part =
        switch (fields[KIND]) {
          // Attention's products have an axis more, for the heads, and nothing after them. A dense
          // layer has it if rows have factors, which are applied after it.
          case "matmul" -> axes(shapes) > 2 && !line.contains(POST_OPS) ? ATTENTION : MATMULS;
          case "softmax" -> ATTENTION;
          case "layer_normalization" -> LAYER_NORM;
          case "reorder" -> CONVERSION;
          default -> OTHER_KERNELS;
        };
    return Optional.of(new Call(part, Double.parseDouble(fields[fields.length - 1])));
  }

  private static int axes(String shapes) {
    return shapes.split(":", -1)[0].split("x", -1).length;
  }

  @Override
  public String toString() {
    return words;
  }
}
