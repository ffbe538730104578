package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.run.GraphRun;
import io.ganglion.compiler.onnx.run.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What two runs on tiny inputs of different sizes show about the tensors that follow from shapes
 * alone: exporters compute the number of heads, the scale of the scores and the positions by long
 * chains of operators, and their results say more than the chains. A tensor with the same elements
 * in both runs is taken as a constant; whoever compiles compares the answers in the end.
 */
final class Observations {
  /** Longer tensors of numbers are not parameters of an operator. */
  private static final int MOST_VALUES = 64;

  private static final int[] LENGTHS = {3, 5};
  private static final int[] BATCHES = {2, 3};

  private final OnnxModel model;
  private final Set<String> fromValues = new HashSet<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Map<String, Tensor> first = new HashMap<>();
  private final Map<String, Tensor> equal = new HashMap<>();
  private final Map<String, Long> starts = new HashMap<>();
  private final Map<String, Long> uniform = new HashMap<>();

  private Observations(OnnxModel model) {
    this.model = model;
  }

  static Observations of(OnnxModel model, GraphRun run) throws CompileException {
    Observations observations = new Observations(model);
    observations.findWhatFollowsFromValues();
    for (int i = 0; i < LENGTHS.length; i++) {
      boolean last = i == LENGTHS.length - 1;
      run.run(
          observations.feeds(BATCHES[i], LENGTHS[i]),
          (name, tensor) -> observations.see(name, tensor, last));
    }
    return observations;
  }

  private void findWhatFollowsFromValues() {
    model.graph().inputs().forEach(input -> fromValues.add(input.name()));
    for (OnnxNode node : model.graph().nodes()) {
      boolean shapeOnly = node.is("Shape", "Size");
      if (!shapeOnly && node.inputs().stream().anyMatch(fromValues::contains)) {
        fromValues.addAll(node.outputs());
      }
    }
  }

  private Map<String, Tensor> feeds(int batch, int length) {
    Map<String, Tensor> feeds = new HashMap<>();
    for (OnnxGraph.Value input : model.graph().inputs()) {
      int rank = input.known() ? input.shape().size() : 2;
      int[] shape = new int[rank];
      long elements = 1;
      for (int axis = 0; axis < rank; axis++) {
        long declared = input.known() ? input.shape().get(axis) : -1;
        long size = declared > 0 ? declared : axis == 0 ? batch : length;
        shape[axis] = (int) Math.min(size, Integer.MAX_VALUE);
        elements = Math.min(elements * size, Integer.MAX_VALUE);
      }
      // Far beyond a batch of the longest texts; the recogniser says so in its own words.
      if (elements <= 1 << 24) {
        int count = (int) elements;
        feeds.put(
            input.name(),
            input.type().isReal()
                ? Tensor.reals(shape, new double[count])
                : Tensor.integers(shape, new long[count]));
      }
    }
    return feeds;
  }

  private void see(String name, Tensor tensor, boolean last) {
    ranks.put(name, tensor.rank());
    boolean whole = tensor.kind() == Tensor.Kind.INTEGER && tensor.elements() > 0;
    if (whole) {
      // All ids are 0 here, so what counts up is a position, though RoBERTa looks for padding
      // first.
      keep(starts, name, start(tensor), last);
    }
    if (fromValues.contains(name)) {
      return;
    }
    if (whole) {
      keep(uniform, name, only(tensor), last);
    }
    boolean agrees = !last || first.containsKey(name);
    if (!last && tensor.elements() <= MOST_VALUES) {
      first.put(name, tensor);
    } else if (agrees && same(first.get(name), tensor)) {
      equal.put(name, tensor);
    }
  }

  private static void keep(Map<String, Long> map, String name, @Nullable Long value, boolean last) {
    if (value == null || (last && !value.equals(map.get(name)))) {
      map.remove(name);
    } else {
      map.put(name, value);
    }
  }

  private static boolean same(@Nullable Tensor a, Tensor b) {
    if (a == null || !Arrays.equals(a.shape(), b.shape())) {
      return false;
    }
    for (int i = 0; i < a.elements(); i++) {
      if (Double.compare(a.real(i), b.real(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The number that every row of the last axis counts up from; null if it does not count. */
  private static @Nullable Long start(Tensor tensor) {
    int[] shape = tensor.shape();
    int length = shape.length == 0 ? 0 : shape[shape.length - 1];
    for (int i = 0; i < tensor.elements(); i++) {
      if (length < 2 || tensor.integer(i) != tensor.integer(0) + i % length) {
        return null;
      }
    }
    return tensor.integer(0);
  }

  private static @Nullable Long only(Tensor tensor) {
    for (int i = 1; i < tensor.elements(); i++) {
      if (tensor.integer(i) != tensor.integer(0)) {
        return null;
      }
    }
    return tensor.integer(0);
  }

  /** The number of axes of a computed tensor; null if it was not computed. */
  @Nullable Integer rank(String name) {
    return ranks.get(name);
  }

  /** The tensor, if it does not depend on any size or value that is fed. */
  @Nullable Tensor constant(String name) {
    return equal.get(name);
  }

  /** What the rows of a tensor count up from, if they always do. */
  @Nullable Long start(String name) {
    return starts.get(name);
  }

  /** The value of all elements, whatever their number; null if there is none. */
  @Nullable Long uniform(String name) {
    return uniform.get(name);
  }
}
