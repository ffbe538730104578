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
 * The shapes of a graph's tensors, as far as they can be told without running it: -1 for a size
 * that cannot, null for a tensor of which nothing can. All outputs of a node are taken to have the
 * shape of the first. Not thread-safe.
 */
public final class Shapes {
  /** Integer tensors longer than this are data and not the description of a shape. */
  private static final int LONGEST_VECTOR = 64;

  /**
   * What is known of a node's output.
   *
   * @param shape sizes of its axes, or null
   * @param values of a short tensor of integers, -1 where unknown, or null
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

  /** Of a graph whose inputs have this many rows; -1 to leave that open. */
  public static Shapes of(Graph graph, long batch) {
    return new Shapes(graph, batch);
  }

  /** The shape of a tensor, a fresh array; null where nothing is known of it. */
  public long @Nullable [] shape(TensorRef ref) {
    long[] shape = known(ref.node()).shape();
    return shape == null ? null : shape.clone();
  }

  /** The integers of a short tensor, -1 where unknown; null where it is no such tensor. */
  public long @Nullable [] values(TensorRef ref) {
    long[] values = known(ref.node()).values();
    return values == null ? null : values.clone();
  }

  /** Number of elements; -1 where it cannot be told. */
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

  /** Inputs first, without recursion: graphs are deep. Nothing is known of a cycle. */
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
      // An operator used in a way that it does not allow: there is no shape to know.
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

  /** Both operands stretched to one shape, as TensorFlow's element-wise operators do. */
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

  /** Axes as indices from 0 of {@code rank} of them. */
  static List<Integer> axes(long @Nullable [] values, int rank) {
    if (values == null) {
      return Collections.emptyList();
    }
    return Arrays.stream(values).mapToObj(axis -> (int) (axis < 0 ? axis + rank : axis)).toList();
  }
}
