package io.ganglion.compiler.onnx;

import static io.ganglion.compiler.onnx.OnnxWriter.attribute;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.onnx.BertFile.Form;
import java.util.List;
import java.util.Random;

/** The steps of a model as one form writes them, over seeded weights. */
abstract class BertSteps {
  final Form form;
  final OnnxWriter writer;
  final Random random = new Random(20);

  BertSteps(Form form, OnnxWriter writer) {
    this.form = form;
    this.writer = writer;
  }

  final String weight(String name, int... shape) {
    long[] sizes = new long[shape.length];
    int count = 1;
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = shape[i];
      count *= shape[i];
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      // Numbers that 16 bits hold exactly, so that all types make the same model.
      values[i] = Math.round(random.nextGaussian() * 50) / 256f;
    }
    return writer.constant(name, values, sizes);
  }

  final String scale(String name, int width) {
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = 1 + Math.round(random.nextGaussian() * 20) / 256f;
    }
    return writer.constant(name, values, width);
  }

  final String op(String op, String... reads) {
    return writer.op(op, List.of(reads));
  }

  final String add(String a, String b) {
    return op("Add", a, b);
  }

  final String gather(String table, String rows) {
    return op("Gather", table, rows);
  }

  final String unsqueezed(String x, long... axes) {
    return form == Form.OPSET_11
        ? writer.op("Unsqueeze", List.of(x), attribute("axes", axes))
        : op("Unsqueeze", x, writer.vector(axes));
  }

  final ByteString to(OnnxType type) {
    return attribute("to", (long) type.number());
  }

  final String norm(String x, String name, int width) {
    String scale = scale(name + ".weight", width);
    String shift = weight(name + ".bias", width);
    if (form != Form.OPSET_11) {
      return writer.op(
          "LayerNormalization", List.of(x, scale, shift), attribute("epsilon", BertFile.EPSILON));
    }
    ByteString last = attribute("axes", new long[] {-1});
    String distance = op("Sub", x, writer.op("ReduceMean", List.of(x), last));
    String squares = op("Pow", distance, writer.real(2));
    String variance = writer.op("ReduceMean", List.of(squares), last);
    String deviation = op("Sqrt", add(variance, writer.real(BertFile.EPSILON)));
    return add(op("Mul", op("Div", distance, deviation), scale), shift);
  }

  final String skipNorm(String branch, String skip, String name) {
    String bias = weight(name + ".dense.bias", BertFile.HIDDEN);
    if (!form.fused()) {
      return norm(add(add(bias, branch), skip), name, BertFile.HIDDEN);
    }
    String scale = scale(name + ".weight", BertFile.HIDDEN);
    String shift = weight(name + ".bias", BertFile.HIDDEN);
    return fused(
        "SkipLayerNormalization",
        List.of(branch, skip, scale, shift, bias),
        attribute("epsilon", BertFile.EPSILON));
  }

  final String fused(String op, List<String> reads, ByteString... attributes) {
    String output = "fused_" + op + "_" + reads.get(0) + "_" + reads.get(1);
    writer.node(OnnxNode.MICROSOFT, op, reads, List.of(output), attributes);
    return output;
  }

  final String gelu(String x, String bias) {
    if (form.fused()) {
      return fused("BiasGelu", List.of(x, bias));
    }
    return gelu(add(x, bias));
  }

  final String gelu(String sum) {
    if (form == Form.OPSET_20) {
      return op("Gelu", sum);
    }
    String erf = op("Erf", op("Div", sum, writer.real((float) Math.sqrt(2))));
    return op("Mul", op("Mul", sum, add(erf, writer.real(1))), writer.real(0.5f));
  }

  final String gemm(String x, String name, int outputs) {
    String kernel = weight(name + ".weight", outputs, BertFile.HIDDEN);
    String bias = weight(name + ".bias", outputs);
    return writer.op("Gemm", List.of(x, kernel, bias), attribute("transB", 1L));
  }

  final void renamed(String x, String name, long... shape) {
    writer.node("", "Identity", List.of(x), List.of(name));
    writer.output(name, shape);
  }
}
