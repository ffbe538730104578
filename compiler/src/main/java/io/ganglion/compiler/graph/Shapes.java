package io.ganglion.compiler.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a graph's tensors, as far as they are known without running it: an unknown size is
 * -1, an unknown shape is null. All outputs of a node are assumed to have the shape of the first.
 * Not thread-safe.
 */
public final class Shapes {
  /** Longer integer tensors are data and do not describe a shape. */
  private static final int LONGEST_VECTOR = 64;

  /**
   * What is known about a node's output.
   *
   * @param shape sizes of its axes; null if unknown
   * @param values values of a short tensor of integers, -1 where unknown; null for other tensors
   */
  @SuppressWarnings("ArrayRecordComponent") // private, compared nowhere
  record Known(long @Nullable [] shape, long @Nullable [] values) {
    static final Known NOTHING = new Known(null, null);

    static Known shape(long @Nullable [] shape) {
      return new Known(shape, null);
    }

    static Known vector(long @Nullable [] values) {
      return new Known(values == null ? null : new long[] {values.length}, values);
    }

    static Known number(long value) {
      return new Known(new long[0], new long[] {value});
    }
  }

  private final Graph graph;
  private final long batch;
  private final Map<String, Known> known = new HashMap<>();

  private Shapes(Graph graph, long batch) {
    this.graph = graph;
    this.batch = batch;
  }

  /** The shapes of a graph whose inputs have {@code batch} rows; -1 if unknown. */
  public static Shapes of(Graph graph, long batch) {
    return new Shapes(graph, batch);
  }

  /** The shape of a tensor, a fresh array; null if unknown. */
  public long @Nullable [] shape(TensorRef ref) {
    long[] shape = known(ref.node()).shape();
    return shape == null ? null : shape.clone();
  }

  /** The values of a short tensor of integers, -1 where unknown; null for other tensors. */
  public long @Nullable [] values(TensorRef ref) {
    long[] values = known(ref.node()).values();
    return values == null ? null : values.clone();
  }

  /** Number of elements; -1 if unknown. */
  public long elements(TensorRef ref) {
    long[] shape = known(ref.node()).shape();
    return shape == null ? -1 : elements(shape);
  }

  static long elements(long[] shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        return -1;
      }
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  /**
   * Visits inputs first, without recursion because graphs are deep. Shapes in a cycle stay unknown.
   */
  private Known known(String root) {
    Deque<String> open = new ArrayDeque<>(List.of(root));
    Set<String> entered = new HashSet<>();
    while (!open.isEmpty()) {
      String name = open.peek();
      if (known.containsKey(name)) {
        open.pop();
      } else if (entered.add(name)) {
        for (TensorRef input : graph.node(name).inputs()) {
          if (!known.containsKey(input.node()) && !entered.contains(input.node())) {
            open.push(input.node());
          }
        }
      } else {
        known.put(name, infer(graph.node(name)));
        open.pop();
      }
    }
    return known.getOrDefault(root, Known.NOTHING);
  }

  private Known infer(Node node) {
    List<Known> inputs = new ArrayList<>();
    for (TensorRef input : node.inputs()) {
      inputs.add(known.getOrDefault(input.node(), Known.NOTHING));
    }
    try {
      return switch (node.op()) {
        case "Placeholder", "PlaceholderWithDefault" -> Known.shape(fed(node));
        case "VariableV2", "Variable", "VarHandleOp" -> Known.shape(declared(node));
        case "Const" -> constant(node);
        default -> inputs.isEmpty() ? Known.NOTHING : ShapeRules.apply(node, inputs);
      };
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | NegativeArraySizeException e) {
      // The operator does not allow these inputs, so the result has no shape.
      return Known.NOTHING;
    }
  }

  private long @Nullable [] fed(Node node) {
    long[] shape = declared(node);
    if (shape != null && shape.length > 0 && shape[0] < 0) {
      shape[0] = batch;
    }
    return shape;
  }

  private static long @Nullable [] declared(Node node) {
    List<Long> sizes = node.shape();
    return sizes == null ? null : sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static Known constant(Node node) {
    TensorValue value = node.constant();
    if (value == null) {
      return Known.NOTHING;
    }
    boolean describes = value.type().isInteger() && value.elements() <= LONGEST_VECTOR;
    long[] values = describes ? new long[(int) value.elements()] : null;
    for (int i = 0; values != null && i < values.length; i++) {
      values[i] = (long) value.at(i);
    }
    return new Known(value.shape(), values);
  }

  /** The common shape to which TensorFlow's element-wise operators broadcast both operands. */
  static long @Nullable [] broadcast(long @Nullable [] a, long @Nullable [] b) {
    if (a == null || b == null) {
      return null;
    }
    long[] result = new long[Math.max(a.length, b.length)];
    Arrays.fill(result, 1);
    for (long[] shape : List.of(a, b)) {
      int shift = result.length - shape.length;
      for (int i = 0; i < shape.length; i++) {
        boolean wider = result[shift + i] == 1 || (result[shift + i] < 0 && shape[i] > 1);
        result[shift + i] = wider ? shape[i] : result[shift + i];
      }
    }
    return result;
  }

  /** Axes of a tensor of {@code rank} as indices from 0: negative ones count from the end. */
  static List<Integer> axes(long @Nullable [] values, int rank) {
    if (values == null) {
      return Collections.emptyList();
    }
    return Arrays.stream(values).mapToObj(axis -> (int) (axis < 0 ? axis + rank : axis)).toList();
  }
}
