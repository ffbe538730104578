package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.OnnxTensor;
import io.ganglion.compiler.onnx.OnnxType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Spells out ONNX Runtime's operators that stand for several. */
final class FusedOperators {
  private final Emitter emitter;
  private final Operators operators;

  FusedOperators(Emitter emitter, Operators operators) {
    this.emitter = emitter;
    this.operators = operators;
  }

  /** Translates a node; returns false if this class does not know its operator. */
  boolean lower(OnnxNode node) {
    if (!node.domain().equals(OnnxNode.MICROSOFT) || node.outputs().isEmpty()) {
      return false;
    }
    TensorRef result =
        switch (node.op()) {
          case "Gelu" -> operators.gelu(name(node), required(node, 0), false);
          case "BiasGelu" -> operators.gelu(name(node), biased(node, 1), false);
          case "FastGelu" -> operators.gelu(name(node), biased(node, 1), true);
          case "QuickGelu" -> quickGelu(node);
          case "FusedGemm" -> activatedGemm(node);
          case "FusedMatMul" -> product(node);
          case "SkipLayerNormalization" -> skipLayerNorm(node);
          case "EmbedLayerNormalization" -> embeddings(node);
          case "Attention" -> attention(node);
          default -> null;
        };
    if (result == null) {
      return false;
    }
    emitter.put(name(node), result);
    return true;
  }

  private static String name(OnnxNode node) {
    return Operators.name(node);
  }

  private TensorRef required(OnnxNode node, int index) {
    return emitter.ref(node.inputs().get(index));
  }

  private @Nullable TensorRef optional(OnnxNode node, int index) {
    String input = node.input(index);
    return input == null ? null : emitter.ref(input);
  }

  private TensorRef biased(OnnxNode node, int index) {
    TensorRef bias = optional(node, index);
    TensorRef x = required(node, 0);
    return bias == null ? x : emitter.op(name(node) + "/biased", "AddV2", x, bias);
  }

  private TensorRef quickGelu(OnnxNode node) {
    TensorRef x = required(node, 0);
    TensorRef wide = operators.scaled(name(node) + "/wide", x, node.real("alpha", 1.702f));
    return emitter.op(name(node), "Mul", x, emitter.op(name(node) + "/gate", "Sigmoid", wide));
  }

  private @Nullable TensorRef activatedGemm(OnnxNode node) {
    String activation = node.text("activation", "");
    return List.of("Tanh", "Relu", "Sigmoid").contains(activation)
        ? emitter.op(name(node) + "/activated", activation, operators.gemm(node))
        : null;
  }

  private @Nullable TensorRef product(OnnxNode node) {
    if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0) {
      return null;
    }
    TensorRef product =
        operators.matMul(
            name(node),
            required(node, 0),
            required(node, 1),
            node.integer("transA", 0) != 0,
            node.integer("transB", 0) != 0);
    return operators.scaled(name(node) + "/alpha", product, node.real("alpha", 1));
  }

  private static double epsilon(OnnxNode node) {
    return node.real("epsilon", 1e-12f);
  }

  private @Nullable TensorRef skipLayerNorm(OnnxNode node) {
    TensorRef shift = optional(node, 3);
    if (shift == null) {
      return null;
    }
    // The bias belongs to the dense layer whose output is the first operand.
    TensorRef sum = emitter.op(name(node) + "/sum", "AddV2", biased(node, 4), required(node, 1));
    if (node.outputs().size() > 3) {
      emitter.put(node.outputs().get(3), sum);
    }
    return operators.layerNorm(name(node), sum, required(node, 2), shift, epsilon(node));
  }

  private @Nullable TensorRef embeddings(OnnxNode node) {
    TensorRef shift = optional(node, 6);
    TensorRef segments = optional(node, 1);
    if (shift == null || optional(node, 8) != null) {
      return null;
    }
    String name = name(node);
    TensorRef axis = emitter.whole(name + "/axis", 0);
    TensorRef ids = required(node, 0);
    TensorRef sizes = emitter.op(name + "/sizes", "Shape", ids);
    TensorRef length =
        emitter.op(name + "/length", "GatherV2", sizes, emitter.whole(name + "/last", 1), axis);
    TensorRef positions =
        emitter.op(name + "/counting", "Range", axis, length, emitter.whole(name + "/step", 1));
    TensorRef sum =
        emitter.op(
            name + "/sum",
            "AddV2",
            emitter.op(name + "/words", "GatherV2", required(node, 2), ids, axis),
            emitter.op(name + "/positions", "GatherV2", required(node, 3), positions, axis));
    if (segments != null) {
      TensorRef rows =
          emitter.op(name + "/segments", "GatherV2", required(node, 4), segments, axis);
      sum = emitter.op(name + "/all", "AddV2", sum, rows);
    }
    TensorRef mask = optional(node, 7);
    if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
      TensorRef counted = mask == null ? emitter.op(name + "/zeros", "ZerosLike", ids) : mask;
      emitter.put(
          node.outputs().get(1),
          emitter.op(name + "/counts", "Sum", counted, emitter.whole(name + "/over", 1)));
    }
    if (node.outputs().size() > 2) {
      emitter.put(node.outputs().get(2), sum);
    }
    return operators.layerNorm(name, sum, required(node, 5), shift, epsilon(node));
  }

  private @Nullable TensorRef attention(OnnxNode node) {
    OnnxTensor kernel = emitter.stored(node.inputs().get(1));
    String biasName = node.input(2);
    OnnxTensor bias = biasName == null ? null : emitter.stored(biasName);
    long heads = node.integer("num_heads", 0);
    if (kernel == null || kernel.shape().size() != 2 || bias == null || heads < 1) {
      return null;
    }
    int inputs = Math.toIntExact(kernel.shape().get(0));
    int hidden = Math.toIntExact(kernel.shape().get(1) / 3);
    boolean fits =
        kernel.shape().get(1) == 3L * hidden
            && bias.elements() == 3 * hidden
            && hidden > 0
            && hidden % heads == 0
            && kernel.type() != OnnxType.OTHER;
    if (!fits) {
      return null;
    }
    TensorRef[] parts = new TensorRef[3];
    for (int i = 0; i < 3; i++) {
      Weight matrix = columns(kernel, inputs, 3 * hidden, i * hidden, hidden);
      Weight vector = columns(bias, 1, 3 * hidden, i * hidden, hidden);
      parts[i] = projected(node, i, matrix, vector, heads, hidden / heads);
    }
    return attended(node, parts, Math.sqrt((double) heads / hidden));
  }

  /** Some columns of a matrix, read when they are needed. */
  private static Weight columns(OnnxTensor from, int rows, int width, int start, int count) {
    return Weight.of(
        from.name() + "/" + start / count,
        rows == 1 ? List.of(count) : List.of(rows, count),
        () -> {
          float[] values = new float[Math.multiplyExact(rows, count)];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) from.real(i / count * width + start + i % count);
          }
          return values;
        });
  }

  private TensorRef projected(
      OnnxNode node, int part, Weight kernel, Weight bias, long heads, long size) {
    String name = name(node) + "/" + List.of("query", "key", "value").get(part);
    TensorRef x = required(node, 0);
    TensorRef matrix = emitter.variable(name + "/kernel", kernel);
    TensorRef vector = emitter.variable(name + "/bias", bias);
    TensorRef dense =
        emitter.op(
            name, "AddV2", operators.matMul(name + "/MatMul", x, matrix, false, false), vector);
    TensorRef shape =
        emitter.op(
            name + "/shape",
            "ConcatV2",
            emitter.op(name + "/batch", "OnnxFirstAxes", emitter.op(name + "/sizes", "Shape", x)),
            emitter.vector(name + "/heads", heads, size),
            emitter.whole(name + "/axis", 0));
    TensorRef split = emitter.op(name + "/split", "Reshape", dense, shape);
    return emitter.op(
        name + "/side", "Transpose", split, emitter.vector(name + "/perm", 0, 2, 1, 3));
  }

  private TensorRef attended(OnnxNode node, TensorRef[] parts, double usual) {
    String name = name(node);
    double scale = node.real("scale", 0);
    TensorRef scores =
        operators.scaled(
            name + "/scaled",
            operators.matMul(name + "/scores", parts[0], parts[1], false, true),
            scale == 0 ? usual : scale);
    TensorRef mask = optional(node, 3);
    if (mask != null) {
      TensorRef bias = emitter.op(name + "/mask", "OnnxAttentionMask", mask);
      scores = emitter.op(name + "/masked", "AddV2", scores, bias);
    }
    TensorRef added = optional(node, 5);
    if (added != null) {
      scores = emitter.op(name + "/added", "AddV2", scores, added);
    }
    TensorRef shares = emitter.op(name + "/shares", "Softmax", scores);
    TensorRef context = operators.matMul(name + "/context", shares, parts[2], false, false);
    TensorRef turned =
        emitter.op(
            name + "/turned", "Transpose", context, emitter.vector(name + "/perm", 0, 2, 1, 3));
    TensorRef shape = emitter.op(name + "/shape", "Shape", required(node, 0));
    return emitter.op(name, "Reshape", turned, shape);
  }
}
