package io.ganglion.compiler.onnx.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's operators that stand for several, as its optimizer writes them
 * (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).
 */
final class Fused {
  private Fused() {}

  static void addTo(Map<String, Kernel> kernels) {
    kernels.put("Gelu", Kernel.of(call -> Elementwise.gelu(call.input(0), false)));
    kernels.put("QuickGelu", Kernel.of(Fused::quickGelu));
    kernels.put("BiasGelu", Kernel.of(call -> Elementwise.gelu(biased(call), false)));
    kernels.put("FastGelu", Kernel.of(call -> Elementwise.gelu(biased(call), true)));
    kernels.put("SkipLayerNormalization", Fused::skipLayerNorm);
    kernels.put("EmbedLayerNormalization", Fused::embeddings);
    kernels.put("Attention", Kernel.of(Fused::attention));
  }

  private static Tensor biased(Call call) {
    return Matrix.plus(call.input(0), call.optional(1));
  }

  private static Tensor quickGelu(Call call) {
    double alpha = call.node().real("alpha", 1.702f);
    return Elementwise.mapped(call.input(0), x -> x * Elementwise.sigmoid(alpha * x));
  }

  private static double epsilon(Call call) {
    return call.node().real("epsilon", 1e-12f);
  }

  private static Tensor normalised(Tensor x, Tensor scale, @Nullable Tensor shift, double epsilon) {
    double[] gamma = scale.reals();
    return Reduce.layerNorm(
        x, gamma, shift == null ? new double[gamma.length] : shift.reals(), epsilon);
  }

  private static List<Tensor> skipLayerNorm(Call call) {
    Tensor sum = Matrix.plus(Matrix.plus(call.input(0), call.input(1)), call.optional(4));
    Tensor result = normalised(sum, call.input(2), call.optional(3), epsilon(call));
    // Mean and deviation are for training; the sum is the fourth output.
    Tensor none = Tensor.reals(new int[] {0}, new double[0]);
    return List.of(result, none, none, sum);
  }

  private static List<Tensor> embeddings(Call call) {
    Tensor ids = call.input(0);
    int length = ids.size(-1);
    Tensor positions = call.optional(8);
    if (positions == null) {
      long[] counted = new long[ids.elements()];
      Arrays.setAll(counted, i -> i % length);
      positions = Tensor.integers(ids.shape(), counted);
    }
    Tensor sum = Lookup.rows(call.input(2), ids);
    sum = Matrix.plus(sum, Lookup.rows(call.input(3), positions));
    Tensor segments = call.optional(1);
    if (segments != null) {
      sum = Matrix.plus(sum, Lookup.rows(call.input(4), segments));
    }
    Tensor result = normalised(sum, call.input(5), call.optional(6), epsilon(call));
    return List.of(result, counts(call.optional(7), ids), sum);
  }

  /** The number of tokens of each text: what the mask's ones add up to. */
  private static Tensor counts(@Nullable Tensor mask, Tensor ids) {
    int length = ids.size(-1);
    long[] counts = new long[ids.size(0)];
    for (int i = 0; mask != null && i < mask.elements(); i++) {
      counts[i / length] += mask.integer(i);
    }
    return Tensor.integers(new int[] {counts.length}, counts);
  }

  private static Tensor attention(Call call) {
    Tensor x = call.input(0);
    refuseMore(call);
    Tensor all = Matrix.plus(Matrix.product(x, call.input(1)), call.optional(2));
    int batch = x.size(0);
    int length = x.size(1);
    int hidden = all.size(2) / 3;
    int heads = Math.toIntExact(call.node().integer("num_heads", 0));
    if (heads <= 0 || hidden % heads != 0) {
      throw new Unfit(heads + " heads do not share " + hidden + " columns");
    }
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tensor part = Rearrange.part(all, 2, i * hidden, hidden);
      parts.add(
          Rearrange.transposed(part.reshaped(batch, length, heads, hidden / heads), 0, 2, 1, 3));
    }
    double usual = 1 / Math.sqrt((double) hidden / heads);
    double scale = call.node().real("scale", 0);
    Tensor scores = Matrix.product(parts.get(0), Rearrange.transposed(parts.get(1), 0, 1, 3, 2));
    scores = Matrix.scaled(scores, scale == 0 ? usual : scale);
    scores = masked(scores, call);
    scores = Matrix.plus(scores, call.optional(5));
    double[] shares = Reduce.softmax(scores.reals().clone(), length, false);
    Tensor context = Matrix.product(Tensor.reals(scores.shape(), shares), parts.get(2));
    return Rearrange.transposed(context, 0, 2, 1, 3).reshaped(batch, length, hidden);
  }

  private static void refuseMore(Call call) {
    boolean more =
        call.optional(4) != null
            || call.node().integer("unidirectional", 0) != 0
            || call.node().integer("do_rotary", 0) != 0
            || call.node().integers("qkv_hidden_sizes") != null;
    if (more) {
      throw new Unfit("its past, direction, rotation or unequal sizes are not those of BERT");
    }
  }

  private static Tensor masked(Tensor scores, Call call) {
    Tensor mask = call.optional(3);
    if (mask == null) {
      return scores;
    }
    int batch = scores.size(0);
    int length = scores.size(3);
    boolean counts = mask.rank() == 1 && mask.elements() == batch;
    boolean flags = mask.rank() == 2 && mask.elements() == batch * length;
    if (!counts && !flags) {
      throw new Unfit("the mask " + mask + " is neither lengths nor one number a token");
    }
    double filter = call.node().real("mask_filter_value", -10000);
    double[] values = scores.reals().clone();
    int text = scores.size(1) * length * length;
    for (int i = 0; i < values.length; i++) {
      int row = i / text;
      int column = i % length;
      boolean read = counts ? column < mask.integer(row) : mask.integer(row * length + column) != 0;
      values[i] += read ? 0 : filter;
    }
    return Tensor.reals(scores.shape(), values);
  }
}
