package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds Keras' layers from operators. Their variables are resources that are read where they are
 * used.
 */
class KerasGraph {
  final GraphBuilder graph = new GraphBuilder();
  final GraphOps ops = new GraphOps(graph);
  ElementType idType = ElementType.INT32;
  long length = -1;
  boolean learningPhase;
  boolean meanOfSquares;
  private final Map<String, TensorRef> known = new LinkedHashMap<>();

  TensorRef input(String name) {
    TensorRef before = known.get("input " + name);
    if (before != null) {
      return before;
    }
    TensorRef input =
        graph.op(
            name,
            "Placeholder",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(idType),
                "shape",
                new Attribute.Shape(true, List.of(-1L, length))));
    known.put("input " + name, input);
    return input;
  }

  /** The resource of a variable. */
  TensorRef handle(String name, Integer... shape) {
    TensorRef before = known.get("handle " + name);
    if (before != null) {
      return before;
    }
    TensorRef handle =
        graph.op(
            name,
            "VarHandleOp",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(ElementType.FLOAT),
                "shared_name",
                new Attribute.Text(name),
                "container",
                new Attribute.Text(""),
                "shape",
                new Attribute.Shape(
                    true, List.of(shape).stream().map(Integer::longValue).toList())));
    known.put("handle " + name, handle);
    return handle;
  }

  /** Reads a variable at the place of its use. */
  TensorRef variable(String name, Integer... shape) {
    String at = name + "/ReadVariableOp";
    int use = 0;
    while (known.containsKey(at)) {
      at = name + "/ReadVariableOp_" + ++use;
    }
    TensorRef read =
        graph.op(
            at,
            "ReadVariableOp",
            Map.of("dtype", Attribute.type(ElementType.FLOAT)),
            handle(name + "", shape));
    known.put(at, read);
    return read;
  }

  /** The rest of a dropout in an export: nothing, or a choice by the learning phase. */
  TensorRef identity(String name, TensorRef value) {
    if (!learningPhase) {
      return graph.real(name, "Identity", value);
    }
    TensorRef phase =
        graph.op(
            name + "/phase",
            "PlaceholderWithDefault",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(ElementType.BOOL),
                "shape",
                new Attribute.Shape(true, List.of())),
            graph.constant(
                name + "/phase/input",
                TensorValue.of(ElementType.BOOL, new long[0], ByteBuffer.wrap(new byte[1]))));
    TensorRef choice = graph.real(name + "/Switch", "Switch", value, phase);
    TensorRef trained =
        ops.scalarSecond(name + "/mul", "Mul", new TensorRef(choice.node(), 1), 1.25f);
    TensorRef kept = graph.real(name + "/Identity", "Identity", choice);
    return graph.op(
        name,
        "Merge",
        GraphBuilder.attributes("N", new Attribute.Int(2), "T", Attribute.type(ElementType.FLOAT)),
        kept,
        trained);
  }

  TensorRef integers(String name, int... values) {
    return graph.constant(name, TensorValue.vector(values));
  }

  TensorRef integer(String name, int value) {
    return graph.constant(name, TensorValue.scalar(value));
  }

  TensorRef shape(String name, TensorRef of, ElementType type) {
    return graph.op(
        name,
        "Shape",
        GraphBuilder.attributes(
            "T", Attribute.type(type), "out_type", Attribute.type(ElementType.INT32)),
        of);
  }

  /** Element {@code axis} of a shape. */
  TensorRef size(String name, TensorRef shape, int axis) {
    return graph.op(
        name,
        "StridedSlice",
        GraphBuilder.attributes(
            "T", Attribute.type(ElementType.INT32),
            "Index", Attribute.type(ElementType.INT32),
            "begin_mask", new Attribute.Int(0),
            "end_mask", new Attribute.Int(0),
            "ellipsis_mask", new Attribute.Int(0),
            "new_axis_mask", new Attribute.Int(0),
            "shrink_axis_mask", new Attribute.Int(1)),
        shape,
        integers(name + "/stack", axis),
        integers(name + "/stack_1", axis + 1),
        integers(name + "/stack_2", 1));
  }

  TensorRef pack(String name, TensorRef... parts) {
    return graph.op(
        name,
        "Pack",
        GraphBuilder.attributes(
            "N", new Attribute.Int(parts.length),
            "T", Attribute.type(ElementType.INT32),
            "axis", new Attribute.Int(0)),
        parts);
  }

  TensorRef reshape(String name, ElementType type, TensorRef value, TensorRef shape) {
    return graph.op(
        name,
        "Reshape",
        GraphBuilder.attributes(
            "T", Attribute.type(type), "Tshape", Attribute.type(ElementType.INT32)),
        value,
        shape);
  }

  TensorRef cast(String name, ElementType from, TensorRef value) {
    return graph.op(
        name,
        "Cast",
        GraphBuilder.attributes(
            "SrcT", Attribute.type(from),
            "DstT", Attribute.type(ElementType.FLOAT),
            "Truncate", new Attribute.Flag(false)),
        value);
  }

  TensorRef gather(String name, TensorRef handle, ElementType type, TensorRef rows) {
    return graph.op(
        name,
        "ResourceGather",
        GraphBuilder.attributes(
            "Tindices",
            Attribute.type(type),
            "dtype",
            Attribute.type(ElementType.FLOAT),
            "batch_dims",
            new Attribute.Int(0),
            "validate_indices",
            new Attribute.Flag(true)),
        handle,
        rows);
  }

  TensorRef einsum(String name, String equation, TensorRef a, TensorRef b) {
    return graph.op(
        name,
        "Einsum",
        GraphBuilder.attributes(
            "N", new Attribute.Int(2),
            "T", Attribute.type(ElementType.FLOAT),
            "equation", new Attribute.Text(equation)),
        a,
        b);
  }

  TensorRef norm(String name, TensorRef value, int rank, int width) {
    TensorRef gamma = variable(name + "/gamma", width);
    TensorRef beta = variable(name + "/beta", width);
    return meanOfSquares
        ? normBySquares(name + "/", value, rank, gamma, beta)
        : ops.layerNorm(name, value, rank, gamma, beta, 1e-12f);
  }

  /** A layer norm whose variance is the mean of the squares minus the squared mean. */
  private TensorRef normBySquares(
      String at, TensorRef value, int rank, TensorRef gamma, TensorRef beta) {
    TensorRef axes = integers(at + "axes", rank - 1);
    TensorRef mean = ops.reduce(at + "mean", "Mean", value, axes, true);
    TensorRef square = graph.real(at + "Square", "Square", value);
    TensorRef squares = ops.reduce(at + "mean_1", "Mean", square, axes, true);
    TensorRef variance =
        graph.real(at + "sub", "Sub", squares, graph.real(at + "Square_1", "Square", mean));
    TensorRef padded = ops.scalarSecond(at + "add", "AddV2", variance, 1e-12f);
    TensorRef scale =
        graph.real(at + "mul", "Mul", graph.real(at + "Rsqrt", "Rsqrt", padded), gamma);
    TensorRef shift = graph.real(at + "mul_1", "Mul", graph.real(at + "Neg", "Neg", mean), scale);
    TensorRef scaled = graph.real(at + "mul_2", "Mul", value, scale);
    return graph.real(
        at + "add_2", "AddV2", scaled, graph.real(at + "add_1", "AddV2", shift, beta));
  }

  /** A dense layer on a matrix: MatMul and BiasAdd. */
  TensorRef dense(String name, TensorRef input, int inputs, int outputs) {
    TensorRef kernel = variable(name + "/kernel", inputs, outputs);
    return ops.dense(name, input, kernel, variable(name + "/bias", outputs));
  }

  /** A dense layer on three axes: Keras' tensordot. */
  TensorRef dense3(String name, TensorRef input, int inputs, int outputs) {
    String dot = name + "/Tensordot/";
    TensorRef shape = shape(dot + "Shape", input, ElementType.FLOAT);
    TensorRef axis = integer(dot + "axis", 0);
    TensorRef free = pick(dot + "GatherV2", shape, integers(dot + "free", 0, 1), axis);
    TensorRef bound = pick(dot + "GatherV2_1", shape, integers(dot + "axes", 2), axis);
    TensorRef rows = product(dot + "Prod", free, integers(dot + "Const", 0));
    TensorRef columns = product(dot + "Prod_1", bound, integers(dot + "Const_1", 0));
    TensorRef turned = ops.transpose(dot + "transpose", input, 0, 1, 2);
    TensorRef flat =
        reshape(dot + "Reshape", ElementType.FLOAT, turned, pack(dot + "stack", rows, columns));
    TensorRef kernel = variable(name + "/kernel", inputs, outputs);
    TensorRef product = ops.matMul(dot + "MatMul", flat, kernel, false);
    TensorRef sizes =
        graph.op(
            dot + "concat_1",
            "ConcatV2",
            GraphBuilder.attributes(
                "N", new Attribute.Int(2),
                "T", Attribute.type(ElementType.INT32),
                "Tidx", Attribute.type(ElementType.INT32)),
            free,
            integers(dot + "Const_2", outputs),
            axis);
    TensorRef back = reshape(name + "/Tensordot", ElementType.FLOAT, product, sizes);
    return ops.biasAdd(name + "/BiasAdd", back, variable(name + "/bias", outputs));
  }

  TensorRef pick(String name, TensorRef from, TensorRef which, TensorRef axis) {
    return graph.op(
        name,
        "GatherV2",
        GraphBuilder.attributes(
            "Taxis", Attribute.type(ElementType.INT32),
            "Tindices", Attribute.type(ElementType.INT32),
            "Tparams", Attribute.type(ElementType.INT32),
            "batch_dims", new Attribute.Int(0)),
        from,
        which,
        axis);
  }

  TensorRef product(String name, TensorRef of, TensorRef axes) {
    return graph.op(
        name,
        "Prod",
        GraphBuilder.attributes(
            "T", Attribute.type(ElementType.INT32),
            "Tidx", Attribute.type(ElementType.INT32),
            "keep_dims", new Attribute.Flag(false)),
        of,
        axes);
  }

  TensorRef einsumDense(String name, TensorRef input, int inputs, int outputs) {
    TensorRef kernel = variable(name + "/kernel", inputs, outputs);
    return graph.real(
        name + "/add",
        "AddV2",
        einsum(name + "/einsum", "abc,cd->abd", input, kernel),
        variable(name + "/bias", outputs));
  }

  /** Keras' BatchNormalization on a matrix, at inference. */
  TensorRef batchNorm(String name, TensorRef value, int width) {
    String norm = name + "/batchnorm/";
    TensorRef variance = variable(name + "/moving_variance", width);
    TensorRef inverse =
        graph.real(
            norm + "Rsqrt", "Rsqrt", ops.scalarSecond(norm + "add", "AddV2", variance, 1e-3f));
    TensorRef scale = graph.real(norm + "mul", "Mul", inverse, variable(name + "/gamma", width));
    TensorRef scaled = graph.real(norm + "mul_1", "Mul", value, scale);
    TensorRef mean =
        graph.real(norm + "mul_2", "Mul", variable(name + "/moving_mean", width), scale);
    TensorRef shift = graph.real(norm + "sub", "Sub", variable(name + "/beta", width), mean);
    return graph.real(norm + "add_1", "AddV2", scaled, shift);
  }

  /** The same as one operator, which needs four axes. */
  TensorRef fusedBatchNorm(String name, TensorRef value, int width, boolean training) {
    TensorRef wide = ops.flatten(name + "/Reshape", ElementType.FLOAT, value, -1, 1, 1, width);
    TensorRef normed =
        graph.op(
            name + "/FusedBatchNormV3",
            "FusedBatchNormV3",
            GraphBuilder.attributes(
                "T", Attribute.type(ElementType.FLOAT),
                "U", Attribute.type(ElementType.FLOAT),
                "data_format", new Attribute.Text("NHWC"),
                "epsilon", new Attribute.Real(1e-3f),
                "exponential_avg_factor", new Attribute.Real(1f),
                "is_training", new Attribute.Flag(training)),
            wide,
            variable(name + "/gamma", width),
            variable(name + "/beta", width),
            variable(name + "/moving_mean", width),
            variable(name + "/moving_variance", width));
    return ops.flatten(name + "/Reshape_1", ElementType.FLOAT, normed, -1, width);
  }
}
