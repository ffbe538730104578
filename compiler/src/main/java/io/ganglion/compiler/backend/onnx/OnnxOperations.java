package io.ganglion.compiler.backend.onnx;

import static io.ganglion.compiler.backend.onnx.OnnxFile.attribute;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Operations;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says the forward pass in operators of ONNX. A value is the name of a tensor [batch, length,
 * columns]. Used by one thread.
 */
final class OnnxOperations implements Operations<String> {
  private final OnnxFile file;
  private final BertModel model;
  private final ModelDimensions dimensions;
  private final Map<String, LayerNorm> norms = new HashMap<>();

  OnnxOperations(OnnxFile file, BertModel model) {
    this.file = file;
    this.model = model;
    this.dimensions = model.dimensions();
    norms.put(WeightSchema.EMBEDDINGS_LAYER_NORM, model.embeddingsNorm());
    for (int i = 0; i < model.layers().size(); i++) {
      norms.put(WeightSchema.attentionLayerNorm(i), model.layers().get(i).attentionNorm());
      norms.put(WeightSchema.outputLayerNorm(i), model.layers().get(i).outputNorm());
    }
  }

  @Override
  public Projections<String> projections(String x, int layer) {
    EncoderLayer weights = model.layers().get(layer);
    String name = "encoder." + layer + ".attention.";
    return part ->
        switch (part) {
          case QUERY -> heads(dense(x, name + "query", weights.query()));
          case KEY -> heads(dense(x, name + "key", weights.key()));
          case VALUE -> heads(dense(x, name + "value", weights.value()));
        };
  }

  private String heads(String x) {
    String split =
        file.op(
            "Reshape",
            List.of(
                x, file.wholes(new long[] {0, 0, dimensions.heads(), dimensions.headSize()}, 4)));
    return transposed(split, 0, 2, 1, 3);
  }

  private String transposed(String x, long... axes) {
    return file.op("Transpose", List.of(x), attribute("perm", axes));
  }

  @Override
  public String scores(String query, String key, int layer) {
    String product = file.op("MatMul", List.of(query, transposed(key, 0, 1, 3, 2)));
    return file.op("Mul", List.of(product, file.real(model.layers().get(layer).queryScale())));
  }

  /** {@code mask} is true where a token is padding. */
  @Override
  public String addMask(String scores, String mask) {
    return file.op("Where", List.of(mask, file.real(-10000), scores));
  }

  @Override
  public String softmax(String scores) {
    return file.op("Softmax", List.of(scores), attribute("axis", -1L));
  }

  @Override
  public String context(String shares, String values) {
    String context = transposed(file.op("MatMul", List.of(shares, values)), 0, 2, 1, 3);
    String hidden = file.wholes(new long[] {0, 0, dimensions.hiddenSize()}, 3);
    return file.op("Reshape", List.of(context, hidden));
  }

  @Override
  public String dense(String x, WeightSchema.Dense dense, int layer) {
    EncoderLayer weights = model.layers().get(layer);
    return switch (dense) {
      case ATTENTION_OUTPUT -> dense(x, dense.name(layer), weights.attentionOutput());
      case INTERMEDIATE -> dense(x, dense.name(layer), weights.intermediate());
      case OUTPUT -> dense(x, dense.name(layer), weights.output());
      case QKV -> throw new IllegalArgumentException("Query, key and value are apart here.");
    };
  }

  @Override
  public String dense(String x, HeadLayer layer) {
    HeadDense found =
        model.head().stream()
            .filter(part -> part.name().equals(layer.name()))
            .findFirst()
            .orElseThrow();
    return dense(x, found.name(), found.dense());
  }

  String dense(String x, String name, Dense dense) {
    String product = file.op("MatMul", List.of(x, file.weight(name + ".weight", dense.kernel())));
    return add(product, file.weight(name + ".bias", dense.bias()));
  }

  @Override
  public String add(String a, String b) {
    return file.op("Add", List.of(a, b));
  }

  private String times(String a, String b) {
    return file.op("Mul", List.of(a, b));
  }

  @Override
  public String layerNorm(String x, String name) {
    LayerNorm norm = norms.get(name);
    if (norm == null) {
      throw new IllegalArgumentException("There is no layer norm " + name + ".");
    }
    return file.op(
        "LayerNormalization",
        List.of(
            x,
            file.weight(name + ".gamma", norm.gamma()),
            file.weight(name + ".beta", norm.beta())),
        attribute("epsilon", model.layerNormEpsilon()));
  }

  @Override
  public String activate(String x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> file.op("Tanh", List.of(x));
      case RELU -> file.op("Relu", List.of(x));
      case SIGMOID -> file.op("Sigmoid", List.of(x));
      case SILU -> times(x, file.op("Sigmoid", List.of(x)));
      case GELU_ERF -> {
        String scaled = file.op("Div", List.of(x, file.real((float) Math.sqrt(2))));
        yield half(x, file.op("Erf", List.of(scaled)));
      }
      case GELU_TANH -> {
        String cube = file.op("Pow", List.of(x, file.real(3)));
        String sum = add(x, times(cube, file.real(0.044715f)));
        String scaled = times(sum, file.real((float) Math.sqrt(2 / Math.PI)));
        yield half(x, file.op("Tanh", List.of(scaled)));
      }
      case GELU_SIGMOID -> times(x, file.op("Sigmoid", List.of(times(x, file.real(1.702f)))));
    };
  }

  /** {@code x * (1 + y) * 0.5} */
  private String half(String x, String y) {
    return times(times(x, add(y, file.real(1))), file.real(0.5f));
  }
}
