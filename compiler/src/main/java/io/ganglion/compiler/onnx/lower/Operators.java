package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.OnnxTensor;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.run.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates ONNX's own operators that the matchers know under another name. */
final class Operators {
  /** Operators with the same inputs and no attributes that matter. */
  private static final Map<String, String> RENAMED =
      Map.ofEntries(
          Map.entry("Identity", "Identity"),
          Map.entry("Dropout", "Identity"),
          Map.entry("Cast", "Cast"),
          Map.entry("CastLike", "Cast"),
          Map.entry("Add", "AddV2"),
          Map.entry("Sub", "Sub"),
          Map.entry("Mul", "Mul"),
          Map.entry("Div", "RealDiv"),
          Map.entry("Pow", "Pow"),
          Map.entry("Max", "Maximum"),
          Map.entry("Min", "Minimum"),
          Map.entry("Sqrt", "Sqrt"),
          Map.entry("Erf", "Erf"),
          Map.entry("Tanh", "Tanh"),
          Map.entry("Sigmoid", "Sigmoid"),
          Map.entry("Relu", "Relu"),
          Map.entry("Exp", "Exp"),
          Map.entry("Log", "Log"),
          Map.entry("Neg", "Neg"),
          Map.entry("Abs", "Abs"),
          Map.entry("Reciprocal", "Reciprocal"),
          Map.entry("Softplus", "Softplus"),
          Map.entry("Reshape", "Reshape"),
          Map.entry("Expand", "BroadcastTo"),
          Map.entry("Tile", "Tile"),
          Map.entry("Squeeze", "Squeeze"),
          Map.entry("Shape", "Shape"),
          Map.entry("Size", "Size"),
          Map.entry("Range", "Range"),
          Map.entry("Where", "SelectV2"),
          Map.entry("MatMul", "BatchMatMulV2"));

  private final Emitter emitter;
  private final Observations observed;
  private final long opset;

  Operators(Emitter emitter, Observations observed, long opset) {
    this.emitter = emitter;
    this.observed = observed;
    this.opset = opset;
  }

  /** Translates a node; returns false if this class does not know its operator. */
  boolean lower(OnnxNode node) {
    if (!node.domain().isEmpty()) {
      return false;
    }
    String renamed = RENAMED.get(node.op());
    TensorRef result = renamed != null ? renamed(node, renamed) : rewritten(node);
    if (result == null) {
      return false;
    }
    emitter.put(node.outputs().get(0), result);
    return true;
  }

  private TensorRef renamed(OnnxNode node, String op) {
    List<TensorRef> inputs = new ArrayList<>();
    int count = op.equals("Cast") || op.equals("Identity") ? 1 : node.inputs().size();
    for (String input : node.inputs().subList(0, Math.min(count, node.inputs().size()))) {
      if (!input.isEmpty()) {
        inputs.add(emitter.ref(input));
      }
    }
    return emitter.op(name(node), op, Map.of(), inputs);
  }

  private @Nullable TensorRef rewritten(OnnxNode node) {
    return switch (node.op()) {
      case "Unsqueeze" -> emitter.op(name(node), "ExpandDims", x(node), axes(node));
      case "Transpose" -> transpose(node);
      case "Concat" -> concat(node);
      case "Gather" -> gather(node);
      case "Slice" -> slice(node);
      case "ConstantOfShape" -> filled(node);
      case "ReduceMean" -> reduced(node, "Mean");
      case "ReduceSum" -> reduced(node, "Sum");
      case "ReduceMax" -> reduced(node, "Max");
      case "Softmax", "LogSoftmax" -> softmax(node);
      case "Gemm" -> gemm(node);
      case "LayerNormalization" -> norm(node);
      case "BatchNormalization" -> batchNorm(node);
      case "Gelu" -> gelu(name(node), x(node), node.text("approximate", "none").equals("tanh"));
      default -> null;
    };
  }

  static String name(OnnxNode node) {
    return node.outputs().get(0);
  }

  private TensorRef x(OnnxNode node) {
    return emitter.ref(node.inputs().get(0));
  }

  /** Axes that newer operator sets take as an input and older ones as an attribute. */
  private TensorRef axes(OnnxNode node) {
    String input = node.input(1);
    List<Long> listed = node.integers("axes");
    return input != null
        ? emitter.ref(input)
        : emitter.vector(
            name(node) + "/axes",
            listed == null ? new long[0] : listed.stream().mapToLong(Long::longValue).toArray());
  }

  private @Nullable Integer rank(String tensor) {
    OnnxTensor constant = emitter.stored(tensor);
    return constant != null ? Integer.valueOf(constant.shape().size()) : observed.rank(tensor);
  }

  private TensorRef transpose(OnnxNode node) {
    List<Long> order = node.integers("perm");
    Integer rank = rank(node.inputs().get(0));
    long[] axes = new long[order != null ? order.size() : rank == null ? 0 : rank];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = order != null ? order.get(i) : axes.length - 1 - i;
    }
    return emitter.op(name(node), "Transpose", x(node), emitter.vector(name(node) + "/perm", axes));
  }

  private TensorRef concat(OnnxNode node) {
    List<TensorRef> inputs = new ArrayList<>();
    node.inputs().forEach(input -> inputs.add(emitter.ref(input)));
    inputs.add(emitter.whole(name(node) + "/axis", node.integer("axis", 0)));
    return emitter.op(name(node), "ConcatV2", Map.of(), inputs);
  }

  private TensorRef gather(OnnxNode node) {
    return emitter.op(
        name(node),
        "GatherV2",
        x(node),
        indices(node.inputs().get(1)),
        emitter.whole(name(node) + "/axis", node.integer("axis", 0)));
  }

  /**
   * Indices as a matcher can read them: those of positions count, those of one segment are equal.
   */
  private TensorRef indices(String tensor) {
    TensorRef raw = emitter.ref(tensor);
    Long start = observed.start(tensor);
    Long only = observed.uniform(tensor);
    Integer rank = rank(tensor);
    if (observed.constant(tensor) != null || rank == null || rank == 0) {
      return raw;
    }
    TensorRef shape = emitter.op(tensor + "/shape", "Shape", raw);
    if (start != null) {
      TensorRef axis = emitter.whole(tensor + "/axis", 0);
      TensorRef last = emitter.whole(tensor + "/last", rank - 1L);
      return emitter.op(
          tensor + "/counting",
          "Range",
          emitter.whole(tensor + "/start", start),
          emitter.op(tensor + "/length", "GatherV2", shape, last, axis),
          emitter.whole(tensor + "/step", 1));
    }
    return only == null
        ? raw
        : emitter.op(tensor + "/uniform", "Fill", shape, emitter.whole(tensor + "/value", only));
  }

  private long @Nullable [] integers(@Nullable String tensor) {
    if (tensor == null) {
      return null;
    }
    OnnxTensor stored = emitter.stored(tensor);
    Tensor computed = observed.constant(tensor);
    int count = stored != null ? stored.elements() : computed != null ? computed.elements() : -1;
    if (count < 0 || count > 16 || (stored != null && stored.type() == OnnxType.OTHER)) {
      return null;
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = stored != null ? stored.integer(i) : computed != null ? computed.integer(i) : 0;
    }
    return values;
  }

  /** A slice from constant starts; null for any other. */
  private @Nullable TensorRef slice(OnnxNode node) {
    long[] starts = integers(node.input(1));
    long[] axes = integers(node.input(3));
    long[] steps = integers(node.input(4));
    Integer rank = rank(node.inputs().get(0));
    boolean openAxes = node.input(3) != null && axes == null;
    boolean openSteps = node.input(4) != null && steps == null;
    if (starts == null || rank == null || openAxes || openSteps) {
      return null;
    }
    long[] begin = new long[rank];
    long[] stride = new long[rank];
    java.util.Arrays.fill(stride, 1);
    long whole = (1L << rank) - 1;
    for (int i = 0; i < starts.length; i++) {
      long named = axes == null ? i : i < axes.length ? axes[i] : -1;
      int axis = (int) (named < 0 ? named + rank : named);
      if (axis < 0 || axis >= rank) {
        return null;
      }
      begin[axis] = starts[i];
      stride[axis] = steps == null || i >= steps.length ? 1 : steps[i];
      whole &= ~(1L << axis);
    }
    return emitter.op(
        name(node),
        "StridedSlice",
        GraphBuilder.attributes(
            "begin_mask", new Attribute.Int(whole),
            "end_mask", new Attribute.Int(whole),
            "ellipsis_mask", new Attribute.Int(0),
            "new_axis_mask", new Attribute.Int(0),
            "shrink_axis_mask", new Attribute.Int(0)),
        List.of(
            x(node),
            emitter.vector(name(node) + "/begin", begin),
            emitter.ref(node.inputs().get(2)),
            emitter.vector(name(node) + "/strides", stride)));
  }

  private TensorRef filled(OnnxNode node) {
    OnnxTensor value = node.constant("value");
    String name = name(node) + "/value";
    TensorRef element;
    if (value == null || value.elements() == 0) {
      element = emitter.real(name, 0);
    } else {
      element =
          value.type().isReal()
              ? emitter.real(name, value.real(0))
              : emitter.whole(name, value.integer(0));
    }
    return emitter.op(name(node), "Fill", x(node), element);
  }

  private TensorRef reduced(OnnxNode node, String op) {
    boolean keep = node.integer("keepdims", 1) != 0;
    return emitter.op(
        name(node),
        op,
        GraphBuilder.attributes("keep_dims", new Attribute.Flag(keep)),
        List.of(x(node), axes(node)));
  }

  /** A softmax over the last axis; null for any other. */
  private @Nullable TensorRef softmax(OnnxNode node) {
    Integer rank = rank(node.inputs().get(0));
    long axis = node.integer("axis", opset < 13 ? 1 : -1);
    return rank != null && (axis == -1 || axis == rank - 1)
        ? emitter.op(name(node), node.op(), x(node))
        : null;
  }

  TensorRef matMul(String name, TensorRef a, TensorRef b, boolean transposeA, boolean transposeB) {
    return emitter.op(
        name,
        "BatchMatMulV2",
        GraphBuilder.attributes(
            "adj_x", new Attribute.Flag(transposeA), "adj_y", new Attribute.Flag(transposeB)),
        List.of(a, b));
  }

  TensorRef gemm(OnnxNode node) {
    TensorRef product =
        matMul(
            name(node) + "/MatMul",
            x(node),
            emitter.ref(node.inputs().get(1)),
            node.integer("transA", 0) != 0,
            node.integer("transB", 0) != 0);
    product = scaled(name(node) + "/alpha", product, node.real("alpha", 1));
    String bias = node.input(2);
    if (bias == null) {
      return product;
    }
    TensorRef shift = scaled(name(node) + "/beta", emitter.ref(bias), node.real("beta", 1));
    return emitter.op(name(node), "AddV2", product, shift);
  }

  TensorRef scaled(String name, TensorRef x, double factor) {
    return factor == 1 ? x : emitter.op(name, "Mul", x, emitter.real(name + "/factor", factor));
  }

  private @Nullable TensorRef norm(OnnxNode node) {
    Integer rank = rank(node.inputs().get(0));
    long axis = node.integer("axis", -1);
    if (rank == null || (axis != -1 && axis != rank - 1) || node.input(2) == null) {
      return null;
    }
    return layerNorm(
        name(node),
        x(node),
        emitter.ref(node.inputs().get(1)),
        emitter.ref(node.inputs().get(2)),
        node.real("epsilon", 1e-5f));
  }

  /** A layer norm over the last axis, spelled out. */
  TensorRef layerNorm(String name, TensorRef x, TensorRef scale, TensorRef shift, double epsilon) {
    TensorRef axes = emitter.vector(name + "/axes", -1);
    Map<String, Attribute> keep = GraphBuilder.attributes("keep_dims", new Attribute.Flag(true));
    TensorRef mean = emitter.op(name + "/mean", "Mean", keep, List.of(x, axes));
    TensorRef distance = emitter.op(name + "/distance", "Sub", x, mean);
    TensorRef squares = emitter.op(name + "/squares", "Square", distance);
    TensorRef variance = emitter.op(name + "/variance", "Mean", keep, List.of(squares, axes));
    TensorRef padded =
        emitter.op(name + "/padded", "AddV2", variance, emitter.real(name + "/epsilon", epsilon));
    TensorRef deviation = emitter.op(name + "/deviation", "Sqrt", padded);
    TensorRef normalised = emitter.op(name + "/normalised", "RealDiv", distance, deviation);
    TensorRef scaled = emitter.op(name + "/scaled", "Mul", normalised, scale);
    return emitter.op(name, "AddV2", scaled, shift);
  }

  private @Nullable TensorRef batchNorm(OnnxNode node) {
    if (node.inputs().size() != 5) {
      return null;
    }
    List<TensorRef> inputs = node.inputs().stream().map(emitter::ref).toList();
    return emitter.op(
        name(node),
        "FusedBatchNormV3",
        GraphBuilder.attributes(
            "epsilon", new Attribute.Real((float) node.real("epsilon", 1e-5f)),
            "is_training", new Attribute.Flag(node.integer("training_mode", 0) != 0)),
        inputs);
  }

  /** GELU, spelled out. */
  TensorRef gelu(String name, TensorRef x, boolean tanh) {
    TensorRef one = emitter.real(name + "/one", 1);
    TensorRef gate;
    if (tanh) {
      TensorRef cube = emitter.op(name + "/cube", "Pow", x, emitter.real(name + "/three", 3));
      TensorRef small = scaled(name + "/small", cube, 0.044715);
      TensorRef inner = emitter.op(name + "/inner", "AddV2", x, small);
      TensorRef wide = scaled(name + "/wide", inner, Math.sqrt(2 / Math.PI));
      gate = emitter.op(name + "/tanh", "Tanh", wide);
    } else {
      TensorRef root = emitter.real(name + "/root", Math.sqrt(2));
      gate = emitter.op(name + "/erf", "Erf", emitter.op(name + "/narrow", "RealDiv", x, root));
    }
    TensorRef half = scaled(name + "/half", x, 0.5);
    return emitter.op(name, "Mul", half, emitter.op(name + "/gate", "AddV2", gate, one));
  }
}
