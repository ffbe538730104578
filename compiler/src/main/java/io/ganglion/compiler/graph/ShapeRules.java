package io.ganglion.compiler.graph;

import io.ganglion.compiler.graph.Shapes.Known;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shape rules for the operators of BERT classifiers. */
final class ShapeRules {
  private ShapeRules() {}

  /**
   * What is known about the output. Needs at least one input. May throw if the inputs do not fit
   * the operator.
   */
  static Known apply(Node node, List<Known> inputs) {
    Known first = inputs.get(0);
    return switch (node.op()) {
      case "Identity", "Snapshot", "StopGradient", "PreventGradient", "ReadVariableOp", "Cast" ->
          first;
      case "Tanh",
          "Erf",
          "Sigmoid",
          "Relu",
          "Rsqrt",
          "Sqrt",
          "Square",
          "Exp",
          "Neg",
          "Floor",
          "Softmax",
          "LogSoftmax",
          "BiasAdd",
          "CheckNumerics" ->
          Known.shape(first.shape());
      case "Add", "AddV2", "Sub", "Mul", "RealDiv", "Pow", "SquaredDifference", "Maximum" ->
          binary(node, first, inputs.get(1));
      case "MatMul" -> Known.shape(product(node, first, inputs.get(1)));
      case "BatchMatMul", "BatchMatMulV2" -> Known.shape(batchProduct(node, first, inputs.get(1)));
      case "Reshape" -> Known.shape(reshape(first.shape(), inputs.get(1).values()));
      case "Transpose" -> Known.shape(transpose(first.shape(), inputs.get(1).values()));
      case "ExpandDims" -> Known.shape(expand(first.shape(), inputs.get(1).values()));
      case "Squeeze" -> Known.shape(squeeze(node, first.shape()));
      case "Mean", "Sum" -> Known.shape(reduce(node, first.shape(), inputs.get(1).values()));
      case "GatherV2" -> Known.shape(gather(first.shape(), inputs.get(1).shape()));
      case "OneHot" -> Known.shape(append(first.shape(), inputs.get(1).values()));
      case "Slice" -> Known.shape(slice(first.shape(), inputs));
      case "StridedSlice" -> StridedSlices.apply(node, inputs);
      case "Fill" -> Known.shape(first.values());
      case "Shape" -> Known.vector(first.shape());
      case "Pack" -> pack(inputs);
      case "ConcatV2" -> concat(inputs);
      case "Split" -> Known.shape(split(node, first.values(), inputs.get(1).shape()));
      default -> Known.NOTHING;
    };
  }

  private static Known binary(Node node, Known a, Known b) {
    long[] left = a.values();
    long[] right = b.values();
    long[] values = null;
    if (left != null && right != null && left.length == 1 && right.length == 1) {
      boolean open = left[0] < 0 || right[0] < 0;
      values =
          switch (node.op()) {
            case "Mul" -> new long[] {open ? -1 : Math.multiplyExact(left[0], right[0])};
            case "Add", "AddV2" -> new long[] {open ? -1 : Math.addExact(left[0], right[0])};
            default -> null;
          };
    }
    return new Known(Shapes.broadcast(a.shape(), b.shape()), values);
  }

  private static long @Nullable [] product(Node node, Known a, Known b) {
    long[] left = a.shape();
    long[] right = b.shape();
    return left == null || right == null
        ? null
        : new long[] {
          left[node.flag("transpose_a") ? 1 : 0], right[node.flag("transpose_b") ? 0 : 1]
        };
  }

  private static long @Nullable [] batchProduct(Node node, Known a, Known b) {
    long[] left = a.shape();
    long[] right = b.shape();
    if (left == null || right == null) {
      return null;
    }
    long[] result = (left.length >= right.length ? left : right).clone();
    result[result.length - 2] = left[left.length - (node.flag("adj_x") ? 1 : 2)];
    result[result.length - 1] = right[right.length - (node.flag("adj_y") ? 2 : 1)];
    return result;
  }

  private static long @Nullable [] reshape(long @Nullable [] from, long @Nullable [] to) {
    if (to == null) {
      return null;
    }
    long[] result = to.clone();
    long elements = from == null ? -1 : Shapes.elements(from);
    long others = 1;
    int open = -1;
    for (int i = 0; i < result.length; i++) {
      if (result[i] >= 0) {
        others *= result[i];
      } else if (open < 0) {
        open = i;
      } else {
        return result;
      }
    }
    if (open >= 0 && elements >= 0 && others > 0) {
      result[open] = elements / others;
    }
    return result;
  }

  private static long @Nullable [] transpose(long @Nullable [] shape, long @Nullable [] order) {
    if (shape == null || order == null) {
      return null;
    }
    return Arrays.stream(order).map(axis -> shape[(int) axis]).toArray();
  }

  private static long @Nullable [] expand(long @Nullable [] shape, long @Nullable [] axis) {
    if (shape == null || axis == null) {
      return null;
    }
    List<Long> sizes = list(shape);
    sizes.add(Shapes.axes(axis, shape.length + 1).get(0), 1L);
    return array(sizes);
  }

  private static long @Nullable [] squeeze(Node node, long @Nullable [] shape) {
    if (shape == null || !(node.attributes().get("squeeze_dims") instanceof Attribute.Many many)) {
      return null;
    }
    List<Integer> axes = new ArrayList<>();
    for (Attribute value : many.values()) {
      if (value instanceof Attribute.Int axis) {
        axes.add((int) (axis.value() < 0 ? axis.value() + shape.length : axis.value()));
      }
    }
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      boolean goes = axes.isEmpty() ? shape[i] == 1 : axes.contains(i);
      if (!goes) {
        sizes.add(shape[i]);
      }
    }
    return array(sizes);
  }

  private static long @Nullable [] reduce(
      Node node, long @Nullable [] shape, long @Nullable [] over) {
    if (shape == null || over == null) {
      return null;
    }
    List<Integer> axes = Shapes.axes(over, shape.length);
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      if (!axes.contains(i)) {
        sizes.add(shape[i]);
      } else if (node.flag("keep_dims")) {
        sizes.add(1L);
      }
    }
    return array(sizes);
  }

  /** The shape of a look-up along the first axis. */
  private static long @Nullable [] gather(long @Nullable [] table, long @Nullable [] indices) {
    if (table == null || indices == null) {
      return null;
    }
    List<Long> sizes = list(indices);
    sizes.addAll(list(table).subList(1, table.length));
    return array(sizes);
  }

  private static long @Nullable [] append(long @Nullable [] shape, long @Nullable [] size) {
    if (shape == null || size == null) {
      return null;
    }
    List<Long> sizes = list(shape);
    sizes.add(size[0]);
    return array(sizes);
  }

  private static long @Nullable [] slice(long @Nullable [] shape, List<Known> inputs) {
    long[] begin = inputs.get(1).values();
    long[] size = inputs.get(2).values();
    if (shape == null || begin == null || size == null) {
      return null;
    }
    long[] result = new long[shape.length];
    for (int i = 0; i < result.length; i++) {
      long rest = shape[i] < 0 ? -1 : shape[i] - begin[i];
      result[i] = size[i] < 0 ? rest : size[i];
    }
    return result;
  }

  private static Known pack(List<Known> inputs) {
    long[] values = new long[inputs.size()];
    for (int i = 0; i < values.length; i++) {
      long[] part = inputs.get(i).values();
      values[i] = part != null && part.length == 1 ? part[0] : -1;
    }
    return Known.vector(values);
  }

  /** The concatenation of vectors that describe shapes. */
  private static Known concat(List<Known> inputs) {
    List<Long> values = new ArrayList<>();
    for (Known input : inputs.subList(0, inputs.size() - 1)) {
      long[] part = input.values();
      if (part == null) {
        return Known.NOTHING;
      }
      values.addAll(list(part));
    }
    return Known.vector(array(values));
  }

  private static long @Nullable [] split(
      Node node, long @Nullable [] axis, long @Nullable [] shape) {
    if (axis == null || shape == null) {
      return null;
    }
    long[] result = shape.clone();
    int at = Shapes.axes(axis, shape.length).get(0);
    result[at] = result[at] < 0 ? -1 : result[at] / node.integer("num_split", 1);
    return result;
  }

  static List<Long> list(long[] values) {
    return new ArrayList<>(Arrays.stream(values).boxed().toList());
  }

  static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
