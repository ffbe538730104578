package io.ganglion.compiler.recognise;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Affine;
import io.ganglion.compiler.model.Weight;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Recognises operators that scale and shift columns by weights or constants: inference batch norms
 * in any form, temperatures, single additions. Not thread-safe.
 */
final class AffineMatcher {
  private static final int MAX_STEPS = 200;

  /** The widest layer of a head. Larger tensors are not parameters of a batch norm. */
  private static final int MAX_WIDTH = 1 << 16;

  private final View view;
  private final DenseMatcher dense;

  AffineMatcher(View view, DenseMatcher dense) {
    this.view = view;
    this.dense = dense;
  }

  /**
   * A scale and a shift.
   *
   * @param input the tensor that they are applied to, stripped
   * @param affine the scale and shift
   */
  record Match(TensorRef input, Affine affine) {}

  /** The scale and shift that give this tensor; null if there are none. */
  @Nullable Match match(TensorRef ref) {
    TensorRef at = view.strip(ref);
    Form form = new Evaluation(at).of(at);
    return form.data == null || form.data.equals(at)
        ? null
        : new Match(form.data, Affine.of(at.node(), form.scale, form.shift));
  }

  /**
   * A tensor as {@code data * scale + shift}.
   *
   * @param data the scaled tensor; null for a constant
   */
  @SuppressWarnings("ArrayRecordComponent") // lives within one match, compared nowhere
  private record Form(@Nullable TensorRef data, double[] scale, double[] shift) {
    static Form ofData(TensorRef at) {
      return new Form(at, new double[] {1}, new double[] {0});
    }

    static Form constant(double... values) {
      return new Form(null, new double[] {0}, values);
    }
  }

  /** Computes the forms of the tensors between a result and its data. */
  private final class Evaluation {
    private final TensorRef root;
    private final Map<TensorRef, Form> known = new HashMap<>();
    private int steps;

    Evaluation(TensorRef root) {
      this.root = root;
    }

    Form of(TensorRef ref) {
      TensorRef at = view.strip(ref);
      Form form = known.get(at);
      if (form == null) {
        Form computed = ++steps > MAX_STEPS ? null : compute(at);
        form = computed == null ? Form.ofData(at) : computed;
        known.put(at, form);
      }
      return form;
    }

    /** The form of a tensor; null if the tensor is data itself. */
    private @Nullable Form compute(TensorRef at) {
      Node node = view.node(at);
      if (view.isMissingVariable(at)) {
        view.requireWeight(at, "a parameter of the head");
      }
      Weight weight = view.weight(at);
      if (weight != null) {
        return weight.elements() > MAX_WIDTH ? null : Form.constant(values(node, weight));
      }
      if (at.port() != 0 || (!at.equals(root) && dense.match(at) != null)) {
        return null;
      }
      if (node.op().startsWith("FusedBatchNorm") && node.inputs().size() == 5) {
        return normalised(node);
      }
      DoubleUnaryOperator unary = ConeEvaluator.unary(node);
      if (unary != null && node.inputs().size() == 1) {
        Form x = of(View.input(node, 0));
        return x.data == null
            ? Form.constant(Arrays.stream(x.shift).map(unary).toArray())
            : node.is("Neg") ? times(x, Form.constant(-1)) : null;
      }
      return node.inputs().size() == 2 ? binary(node) : null;
    }

    private double[] values(Node node, Weight weight) {
      try {
        float[] values = weight.read();
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
          wide[i] = values[i];
        }
        return wide;
      } catch (CompileException e) {
        throw new Misfit(node, String.valueOf(e.getMessage()));
      }
    }

    private @Nullable Form binary(Node node) {
      DoubleBinaryOperator operator = ConeEvaluator.binary(node);
      if (operator == null) {
        return null;
      }
      Form a = of(View.input(node, 0));
      Form b = of(View.input(node, 1));
      if (a.data == null && b.data == null) {
        double[] values = combine(a.shift, b.shift, operator);
        return values == null ? null : Form.constant(values);
      }
      return switch (node.op()) {
        case "Add", "AddV2", "BiasAdd" -> plus(a, b);
        case "Sub" -> {
          Form negative = times(b, Form.constant(-1));
          yield negative == null ? null : plus(a, negative);
        }
        case "Mul" -> b.data == null ? times(a, b) : a.data == null ? times(b, a) : null;
        case "RealDiv", "Div" ->
            b.data != null
                ? null
                : times(a, Form.constant(Arrays.stream(b.shift).map(x -> 1 / x).toArray()));
        default -> null;
      };
    }

    private @Nullable Form normalised(Node node) {
      Form x = of(View.input(node, 0));
      double[][] parameters = new double[4][];
      for (int i = 0; i < 4; i++) {
        Form parameter = of(View.input(node, i + 1));
        if (parameter.data != null || ConeEvaluator.isTraining(node)) {
          return null;
        }
        parameters[i] = parameter.shift;
      }
      double epsilon = LayerNormMatcher.fusedEpsilon(node);
      double[] deviation =
          Arrays.stream(parameters[3]).map(v -> 1 / Math.sqrt(v + epsilon)).toArray();
      double[] scale = combine(parameters[0], deviation, (a, b) -> a * b);
      double[] mean = scale == null ? null : combine(parameters[2], scale, (a, b) -> -a * b);
      double[] shift = mean == null ? null : combine(parameters[1], mean, Double::sum);
      Form scaled = scale == null || shift == null ? null : times(x, Form.constant(scale));
      return scaled == null || shift == null ? null : plus(scaled, Form.constant(shift));
    }

    private @Nullable Form plus(Form a, Form b) {
      if (a.data != null && b.data != null && !a.data.equals(b.data)) {
        return null;
      }
      double[] scale = combine(a.scale, b.scale, Double::sum);
      double[] shift = combine(a.shift, b.shift, Double::sum);
      return scale == null || shift == null
          ? null
          : new Form(a.data != null ? a.data : b.data, scale, shift);
    }

    private @Nullable Form times(Form a, Form factor) {
      double[] scale = combine(a.scale, factor.shift, (x, y) -> x * y);
      double[] shift = combine(a.shift, factor.shift, (x, y) -> x * y);
      return scale == null || shift == null ? null : new Form(a.data, scale, shift);
    }

    private double @Nullable [] combine(double[] a, double[] b, DoubleBinaryOperator operator) {
      if (a.length != b.length && a.length != 1 && b.length != 1) {
        return null;
      }
      double[] result = new double[Math.max(a.length, b.length)];
      for (int i = 0; i < result.length; i++) {
        result[i] = operator.applyAsDouble(a[a.length == 1 ? 0 : i], b[b.length == 1 ? 0 : i]);
      }
      return result;
    }
  }
}
