package io.ganglion.compiler.graph;

import java.util.ArrayList;
import java.util.List;

/** Adds groups of operators like those of TensorFlow's Python layers, with the same names. */
public final class GraphOps {
  private static final Attribute FLOAT = Attribute.type(ElementType.FLOAT);
  private static final Attribute INT32 = Attribute.type(ElementType.INT32);
  private static final Attribute NO = new Attribute.Flag(false);

  private final GraphBuilder graph;

  public GraphOps(GraphBuilder graph) {
    this.graph = graph;
  }

  /** {@code tf.layers.dense}, without its activation. */
  public TensorRef dense(String name, TensorRef input, TensorRef kernel, TensorRef bias) {
    return biasAdd(name + "/BiasAdd", matMul(name + "/MatMul", input, kernel, false), bias);
  }

  public TensorRef matMul(String name, TensorRef a, TensorRef b, boolean transposeB) {
    return graph.op(
        name,
        "MatMul",
        GraphBuilder.attributes(
            "T", FLOAT, "transpose_a", NO, "transpose_b", new Attribute.Flag(transposeB)),
        a,
        b);
  }

  public TensorRef batchMatMul(String name, TensorRef a, TensorRef b, boolean transposeB) {
    return graph.op(
        name,
        "BatchMatMulV2",
        GraphBuilder.attributes("T", FLOAT, "adj_x", NO, "adj_y", new Attribute.Flag(transposeB)),
        a,
        b);
  }

  public TensorRef biasAdd(String name, TensorRef value, TensorRef bias) {
    return graph.op(
        name,
        "BiasAdd",
        GraphBuilder.attributes("T", FLOAT, "data_format", new Attribute.Text("NHWC")),
        value,
        bias);
  }

  /** {@code x <op> constant}, the constant called {@code name/x} or {@code name/y}. */
  public TensorRef scalarFirst(String name, String op, float scalar, TensorRef operand) {
    return graph.real(name, op, graph.constant(name + "/x", TensorValue.scalar(scalar)), operand);
  }

  public TensorRef scalarSecond(String name, String op, TensorRef operand, float scalar) {
    return graph.real(name, op, operand, graph.constant(name + "/y", TensorValue.scalar(scalar)));
  }

  public TensorRef reduce(String name, String op, TensorRef value, TensorRef axes, boolean keep) {
    return graph.op(
        name,
        op,
        GraphBuilder.attributes("T", FLOAT, "Tidx", INT32, "keep_dims", new Attribute.Flag(keep)),
        value,
        axes);
  }

  public TensorRef oneHot(String name, TensorRef indices, int depth) {
    return graph.op(
        name,
        "OneHot",
        GraphBuilder.attributes("T", FLOAT, "TI", INT32, "axis", new Attribute.Int(-1)),
        indices,
        graph.constant(name + "/depth", TensorValue.scalar(depth)),
        graph.constant(name + "/on_value", TensorValue.scalar(1f)),
        graph.constant(name + "/off_value", TensorValue.scalar(0f)));
  }

  /**
   * The first token of each text of [batch, length, hidden]; if squeezed, without the length axis.
   */
  public TensorRef firstTokens(String name, TensorRef from, boolean squeezed) {
    int[] begin = {0, 0, 0};
    int[] end = {0, 1, 0};
    int[] strides = {1, 1, 1};
    return slice(name, ElementType.FLOAT, from, begin, end, strides, 5, 5, squeezed ? 2 : 0);
  }

  private TensorRef slice(
      String name,
      ElementType type,
      TensorRef from,
      int[] begin,
      int[] end,
      int[] strides,
      int beginMask,
      int endMask,
      int shrinkMask) {
    return graph.op(
        name,
        "StridedSlice",
        GraphBuilder.attributes(
            "T", Attribute.type(type),
            "Index", INT32,
            "begin_mask", new Attribute.Int(beginMask),
            "end_mask", new Attribute.Int(endMask),
            "ellipsis_mask", new Attribute.Int(0),
            "new_axis_mask", new Attribute.Int(0),
            "shrink_axis_mask", new Attribute.Int(shrinkMask)),
        from,
        graph.constant(name + "/stack", TensorValue.vector(begin)),
        graph.constant(name + "/stack_1", TensorValue.vector(end)),
        graph.constant(name + "/stack_2", TensorValue.vector(strides)));
  }

  /** The size of the first axis, computed like {@code get_shape_list} does for an unknown batch. */
  public TensorRef batch(String scope, String suffix, TensorRef of, ElementType type) {
    TensorRef shape =
        graph.op(
            scope + "Shape" + suffix,
            "Shape",
            GraphBuilder.attributes("T", Attribute.type(type), "out_type", INT32),
            of);
    return slice(
        scope + "strided_slice" + suffix,
        ElementType.INT32,
        shape,
        new int[] {0},
        new int[] {1},
        new int[] {1},
        0,
        0,
        1);
  }

  /** A reshape to [batch, sizes...], with a shape packed from a tensor and constants. */
  public TensorRef reshape(
      String name, ElementType type, TensorRef value, TensorRef batch, int... sizes) {
    return reshapeTo(name, type, value, pack(name + "/shape", batch, sizes));
  }

  /** The shape [batch, sizes...], packed from a tensor and constants. */
  public TensorRef pack(String name, TensorRef batch, int... sizes) {
    List<TensorRef> parts = new ArrayList<>(List.of(batch));
    for (int i = 0; i < sizes.length; i++) {
      parts.add(graph.constant(name + "/" + (i + 1), TensorValue.scalar(sizes[i])));
    }
    return graph.op(
        name,
        "Pack",
        GraphBuilder.attributes(
            "N", new Attribute.Int(parts.size()),
            "T", INT32,
            "axis", new Attribute.Int(0)),
        parts.toArray(new TensorRef[0]));
  }

  /** A reshape to constant sizes. */
  public TensorRef flatten(String name, ElementType type, TensorRef value, int... sizes) {
    return reshapeTo(name, type, value, graph.constant(name + "/shape", TensorValue.vector(sizes)));
  }

  private TensorRef reshapeTo(String name, ElementType type, TensorRef value, TensorRef shape) {
    return graph.op(
        name,
        "Reshape",
        GraphBuilder.attributes("T", Attribute.type(type), "Tshape", INT32),
        value,
        shape);
  }

  public TensorRef transpose(String name, TensorRef value, int... permutation) {
    return graph.op(
        name,
        "Transpose",
        GraphBuilder.attributes("T", FLOAT, "Tperm", INT32),
        value,
        graph.constant(name + "/perm", TensorValue.vector(permutation)));
  }

  public TensorRef expandDims(String name, ElementType type, TensorRef value, TensorRef axis) {
    return graph.op(
        name,
        "ExpandDims",
        GraphBuilder.attributes("T", Attribute.type(type), "Tdim", INT32),
        value,
        axis);
  }

  /** {@code x * (0.5 * (1 + erf(x / sqrt(2))))} */
  public TensorRef geluErf(String scope, TensorRef x) {
    TensorRef scaled = scalarSecond(scope + "truediv", "RealDiv", x, (float) Math.sqrt(2));
    TensorRef sum =
        scalarFirst(scope + "add", "AddV2", 1f, graph.real(scope + "Erf", "Erf", scaled));
    TensorRef half = scalarFirst(scope + "mul", "Mul", 0.5f, sum);
    return graph.real(scope + "mul_1", "Mul", x, half);
  }

  /** {@code x * (0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))))} */
  public TensorRef geluTanh(String scope, TensorRef x) {
    TensorRef cube = scalarSecond(scope + "Pow", "Pow", x, 3f);
    TensorRef small = scalarFirst(scope + "mul", "Mul", 0.044715f, cube);
    TensorRef inner = graph.real(scope + "add", "AddV2", x, small);
    float factor = (float) Math.sqrt(2 / Math.PI);
    TensorRef scaled = scalarFirst(scope + "mul_1", "Mul", factor, inner);
    TensorRef tanh = graph.real(scope + "Tanh", "Tanh", scaled);
    TensorRef sum = scalarFirst(scope + "add_1", "AddV2", 1f, tanh);
    TensorRef half = scalarFirst(scope + "mul_2", "Mul", 0.5f, sum);
    return graph.real(scope + "mul_3", "Mul", x, half);
  }

  /** {@code x * sigmoid(x)} */
  public TensorRef silu(String scope, TensorRef x) {
    return graph.real(scope + "mul", "Mul", x, graph.real(scope + "Sigmoid", "Sigmoid", x));
  }

  /** {@code x * sigmoid(1.702 * x)} */
  public TensorRef geluSigmoid(String scope, TensorRef x) {
    TensorRef scaled = scalarSecond(scope + "mul", "Mul", x, 1.702f);
    TensorRef gate = graph.real(scope + "Sigmoid", "Sigmoid", scaled);
    return graph.real(scope + "mul_1", "Mul", x, gate);
  }

  /** A cast to another element type. */
  public TensorRef cast(String name, TensorRef value, ElementType from, ElementType to) {
    return graph.add(castNode(name, value, from, to));
  }

  /** The node of a cast, not added to a graph. */
  public static Node castNode(String name, TensorRef value, ElementType from, ElementType to) {
    return new Node(
        name,
        "Cast",
        List.of(value),
        List.of(),
        GraphBuilder.attributes(
            "SrcT", Attribute.type(from), "DstT", Attribute.type(to), "Truncate", NO));
  }

  /** A tensor of fp32 ones with the shape in {@code sizes}. */
  public TensorRef ones(String name, TensorRef sizes) {
    return graph.op(
        name,
        "Fill",
        GraphBuilder.attributes("T", FLOAT, "index_type", INT32),
        sizes,
        graph.constant(name + "/Const", TensorValue.scalar(1f)));
  }

  /** The first rows of a table. */
  public TensorRef firstRows(String name, TensorRef table, int count) {
    return graph.op(
        name,
        "Slice",
        GraphBuilder.attributes("Index", INT32, "T", FLOAT),
        table,
        graph.constant(name + "/begin", TensorValue.vector(0, 0)),
        graph.constant(name + "/size", TensorValue.vector(count, -1)));
  }

  /** Rows of a table, by int32 indices of its first axis. */
  public TensorRef gather(String name, TensorRef table, TensorRef indices) {
    return graph.op(
        name,
        "GatherV2",
        GraphBuilder.attributes(
            "Taxis",
            INT32,
            "Tindices",
            INT32,
            "Tparams",
            FLOAT,
            "batch_dims",
            new Attribute.Int(0)),
        table,
        indices,
        graph.constant(name + "/axis", TensorValue.scalar(0)));
  }

  /** {@code tf.contrib.layers.layer_norm} over the last axis, of {@code rank} axes. */
  public TensorRef layerNorm(
      String name, TensorRef value, int rank, TensorRef gamma, TensorRef beta, float epsilon) {
    String moments = name + "/moments/";
    TensorRef axes =
        graph.constant(moments + "mean/reduction_indices", TensorValue.vector(rank - 1));
    TensorRef mean = reduce(moments + "mean", "Mean", value, axes, true);
    TensorRef stopped = graph.real(moments + "StopGradient", "StopGradient", mean);
    TensorRef squares =
        graph.real(moments + "SquaredDifference", "SquaredDifference", value, stopped);
    TensorRef varianceAxes =
        graph.constant(moments + "variance/reduction_indices", TensorValue.vector(rank - 1));
    TensorRef variance = reduce(moments + "variance", "Mean", squares, varianceAxes, true);
    String norm = name + "/batchnorm/";
    TensorRef padded = scalarSecond(norm + "add", "AddV2", variance, epsilon);
    TensorRef inverse = graph.real(norm + "Rsqrt", "Rsqrt", padded);
    TensorRef scale = graph.real(norm + "mul", "Mul", inverse, gamma);
    TensorRef scaled = graph.real(norm + "mul_1", "Mul", value, scale);
    TensorRef shift = graph.real(norm + "mul_2", "Mul", mean, scale);
    TensorRef offset = graph.real(norm + "sub", "Sub", beta, shift);
    return graph.real(norm + "add_1", "AddV2", scaled, offset);
  }
}
