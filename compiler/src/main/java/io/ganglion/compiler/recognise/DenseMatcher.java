package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognises dense layers: a product with a weight, and an added bias. Not thread-safe. */
final class DenseMatcher {
  private final View view;
  private final Map<TensorRef, Optional<Match>> matches = new HashMap<>();

  DenseMatcher(View view) {
    this.view = view;
  }

  /**
   * A dense layer.
   *
   * @param input the tensor that it is applied to, stripped
   * @param dense its weights
   * @param node node of its product
   * @param heads number of heads if the weight's shape shows it, otherwise 0
   */
  record Match(TensorRef input, Dense dense, Node node, int heads) {}

  /** The dense layer that gives this tensor, or null. */
  @Nullable Match match(TensorRef ref) {
    TensorRef at = view.strip(ref);
    Optional<Match> known = matches.get(at);
    if (known == null) {
      known = Optional.ofNullable(find(at));
      matches.put(at, known);
    }
    return known.orElse(null);
  }

  private @Nullable Match find(TensorRef at) {
    Node node = view.node(at);
    if (!node.is("BiasAdd", "Add", "AddV2") || node.inputs().size() != 2) {
      Product product = product(node);
      return product == null
          ? null
          : withBias(product, Weight.zeros(node.name() + "/no_bias", product.outputs()), node);
    }
    for (int bias = 1; bias >= 0; bias--) {
      Product product = product(view.stripped(View.input(node, 1 - bias)));
      if (product != null) {
        Weight weight = view.shapedWeight(View.input(node, bias));
        if (weight != null) {
          return withBias(product, weight, node);
        }
        if (node.is("BiasAdd")) {
          view.requireWeight(View.input(node, bias), "the bias");
        }
      }
    }
    return null;
  }

  private static Match withBias(Product product, Weight bias, Node node) {
    int outputs = product.outputs();
    if (bias.elements() != outputs) {
      throw new Misfit(
          node,
          "the bias "
              + bias.name()
              + " has the shape "
              + bias.shape()
              + " where the kernel "
              + product.kernel.name()
              + " asks for "
              + outputs
              + " values");
    }
    int heads = product.heads;
    if (heads == 0 && bias.shape().size() == 2) {
      heads = bias.shape().get(0);
    }
    Dense dense = new Dense(product.kernel, bias.reshaped(List.of(outputs)));
    return new Match(product.input, dense, product.node, heads);
  }

  /** A product of an activation and a kernel. The kernel is read as [inputs, outputs]. */
  private record Product(TensorRef input, Weight kernel, Node node, int heads) {
    int outputs() {
      return kernel.shape().get(1);
    }
  }

  private @Nullable Product product(Node node) {
    if (node.inputs().size() != 2) {
      return null;
    }
    return switch (node.op()) {
      case "MatMul" -> matrixProduct(node, "transpose_a", "transpose_b");
      case "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3" -> matrixProduct(node, "adj_x", "adj_y");
      case "Einsum" -> einsum(node);
      default -> null;
    };
  }

  private @Nullable Product matrixProduct(Node node, String transposeA, String transposeB) {
    TensorRef input = View.input(node, 0);
    Weight kernel = view.shapedWeight(View.input(node, 1));
    if (kernel == null) {
      if (view.isMissingVariable(View.input(node, 1))) {
        view.requireWeight(View.input(node, 1), "a kernel");
      }
      return null;
    }
    if (kernel.shape().size() != 2 || node.flag(transposeA) || view.stripped(input).is("OneHot")) {
      return null;
    }
    Weight oriented = node.flag(transposeB) ? kernel.transposed() : kernel;
    return new Product(view.strip(input), oriented, node, 0);
  }

  private @Nullable Product einsum(Node node) {
    for (int side = 1; side >= 0; side--) {
      Weight kernel = view.shapedWeight(View.input(node, side));
      if (kernel != null) {
        Einsum equation = Einsum.of(node, side == 1);
        TensorRef input = View.input(node, 1 - side);
        if (equation == null
            || kernel.shape().size() != equation.weight().length()
            || view.stripped(input).is("OneHot")) {
          return null;
        }
        return new Product(
            view.strip(input), equation.matrix(kernel), node, equation.heads(kernel));
      }
    }
    return null;
  }
}
