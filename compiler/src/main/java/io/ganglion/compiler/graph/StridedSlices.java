package io.ganglion.compiler.graph;

import io.ganglion.compiler.graph.Shapes.Known;
import java.util.ArrayList;
import java.util.List;

/** Results of a {@code StridedSlice} with constant bounds and without ellipsis or new axes. */
final class StridedSlices {
  private StridedSlices() {}

  static Known apply(Node node, List<Known> inputs) {
    long[] begin = inputs.get(1).values();
    long[] end = inputs.get(2).values();
    long[] strides = inputs.get(3).values();
    long[] shape = inputs.get(0).shape();
    boolean plain = node.integer("ellipsis_mask", 0) == 0 && node.integer("new_axis_mask", 0) == 0;
    if (begin == null || end == null || strides == null || shape == null || !plain) {
      return Known.NOTHING;
    }
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      if (i >= begin.length) {
        sizes.add(shape[i]);
      } else if (!bit(node, "shrink_axis_mask", i)) {
        sizes.add(size(node, i, shape[i], begin[i], end[i], strides[i]));
      }
    }
    long[] values = inputs.get(0).values();
    if (values != null && sizes.isEmpty()) {
      long at = begin[0] < 0 ? begin[0] + values.length : begin[0];
      return Known.number(values[(int) at]);
    }
    return Known.shape(ShapeRules.array(sizes));
  }

  private static long size(Node node, int axis, long size, long begin, long end, long stride) {
    boolean fromStart = bit(node, "begin_mask", axis);
    boolean toEnd = bit(node, "end_mask", axis);
    if (stride != 1 || (size < 0 && !(begin >= 0 && end > 0 && !toEnd && !fromStart))) {
      return stride == 1 && fromStart && end > 0 && !toEnd ? end : -1;
    }
    long from = fromStart ? 0 : begin < 0 ? begin + size : begin;
    long to = toEnd ? size : end < 0 ? end + size : size < 0 ? end : Math.min(end, size);
    return Math.max(0, to - from);
  }

  private static boolean bit(Node node, String mask, int axis) {
    return (node.integer(mask, 0) >> axis & 1) == 1;
  }
}
