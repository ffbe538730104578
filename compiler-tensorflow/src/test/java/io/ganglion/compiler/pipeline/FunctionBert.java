package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.savedmodel.FunctionModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds classifiers operator by operator, like libraries of TensorFlow 2: HuggingFace's
 * TFBertForSequenceClassification and the Keras encoder of TensorFlow Hub. Related models (ALBERT,
 * RoBERTa, DistilBERT, ELECTRA) are built with their distinguishing part.
 */
public final class FunctionBert extends FunctionEmbeddings {
  private static final int INNER = 128;

  /** Adds a head on the pooled output [batch, hidden] and returns the logits or probabilities. */
  @FunctionalInterface
  interface Head {
    TensorRef add(FunctionBert model, TensorRef pooled);
  }

  private final Map<String, TensorRef> outputs = new LinkedHashMap<>();

  boolean fromText;
  boolean withMask = true;
  boolean stableSoftmax;
  public int layers = 2;
  Head head = (model, pooled) -> model.dense("classifier", pooled, HIDDEN, 2);
  String outputName = "logits";

  public FunctionBert(Library library) {
    super(library);
  }

  /** Writes the model and its vocabulary. */
  public Path write(Path directory) throws IOException {
    add();
    return save(directory);
  }

  Path save(Path directory) throws IOException {
    FunctionModel.write(directory, build(), outputs, 7);
    Path assets = Files.createDirectories(directory.resolve("assets"));
    Files.writeString(
        assets.resolve("vocab.txt"),
        String.join("\n", SampleVocabulary.of(VOCABULARY)) + "\n",
        StandardCharsets.UTF_8);
    return directory;
  }

  /** Adds another classifier to the graph, with the current settings. */
  FunctionBert add() {
    boolean hub = library == Library.KERAS;
    TensorRef ids = fromText ? tokens() : input(hub ? "input_word_ids" : "input_ids");
    TensorRef embedded = embeddings(ids);
    TensorRef mask = mask(ids);
    TensorRef state = embedded;
    for (int layer = 0; layer < layers; layer++) {
      state = hub ? kerasLayer(layer, state, mask) : layer(layer, state, mask);
    }
    TensorRef first = ops.firstTokens(scope + "/pooler/strided_slice", state, true);
    TensorRef pooled =
        family == Family.DISTILBERT || family == Family.ELECTRA ? first : pool(first);
    outputs.put(outputName, head.add(this, identity(scope + "/dropout/Identity", pooled)));
    return this;
  }

  /** Represents a tokenizer that is part of the model. */
  private TensorRef tokens() {
    TensorRef text =
        graph.op(
            "text",
            "Placeholder",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(ElementType.STRING),
                "shape",
                new Attribute.Shape(true, List.of(-1L, length))));
    return graph.op(
        "tokenize",
        "StringToHashBucketFast",
        GraphBuilder.attributes("num_buckets", new Attribute.Int(VOCABULARY)),
        text);
  }

  private TensorRef pool(TensorRef first) {
    return graph.real(
        scope + "/pooler/Tanh", "Tanh", dense(scope + "/pooler/dense", first, HIDDEN, HIDDEN));
  }

  private Graph build() {
    return graph.build();
  }

  TensorRef gelu(String name, TensorRef value) {
    return library == Library.HUGGING_FACE ? ops.geluErf(name, value) : ops.geluTanh(name, value);
  }

  /** The bias of the scores, [batch, 1, 1, length]; zeros if there is no mask. */
  private TensorRef mask(TensorRef ids) {
    String at = scope + "/mask/";
    TensorRef shape = shape(at + "Shape", ids, idType);
    TensorRef mask;
    ElementType type = idType;
    if (withMask) {
      mask = input(library == Library.KERAS ? "input_mask" : "attention_mask");
    } else {
      type = ElementType.INT32;
      mask =
          graph.op(
              at + "Fill",
              "Fill",
              GraphBuilder.attributes(
                  "T", Attribute.type(ElementType.INT32),
                  "index_type", Attribute.type(ElementType.INT32)),
              shape,
              integer(at + "Fill/value", 1));
    }
    TensorRef one = integer(at + "one", 1);
    TensorRef sizes =
        pack(
            at + "sizes",
            size(at + "strided_slice", shape, 0),
            one,
            one,
            size(at + "strided_slice_1", shape, 1));
    TensorRef real = cast(at + "Cast", type, reshape(at + "Reshape", type, mask, sizes));
    TensorRef inverted = ops.scalarFirst(at + "sub", "Sub", 1f, real);
    return ops.scalarSecond(
        at + "mul", "Mul", inverted, library == Library.KERAS ? -1e9f : -10000f);
  }

  private String layerScope(int layer) {
    String names = library == Library.KERAS ? "/transformer/layer_" : "/encoder/layer_._";
    return scope + names + layer + "/";
  }

  /** ALBERT's layers have their own operators on the same weights. */
  private TensorRef layer(int index, TensorRef input, TensorRef mask) {
    String at = layerScope(index);
    Sharing sharing = new Sharing(index);
    String self = at + "attention/self/";
    TensorRef query = sharing.dense3(self + "query", input, HIDDEN, HIDDEN);
    TensorRef key = sharing.dense3(self + "key", input, HIDDEN, HIDDEN);
    TensorRef value = sharing.dense3(self + "value", input, HIDDEN, HIDDEN);
    TensorRef shape = shape(self + "Shape", input, ElementType.FLOAT);
    TensorRef batch = size(self + "strided_slice", shape, 0);
    TensorRef scores =
        ops.batchMatMul(
            self + "MatMul", heads(self, "", query, batch), heads(self, "_1", key, batch), true);
    TensorRef size = cast(self + "Cast", ElementType.INT32, integer(self + "size", HIDDEN / HEADS));
    TensorRef scaled =
        graph.real(self + "truediv", "RealDiv", scores, graph.real(self + "Sqrt", "Sqrt", size));
    TensorRef masked = graph.real(self + "Add", "AddV2", scaled, mask);
    if (stableSoftmax) {
      masked = ops.scalarSecond(self + "add_stable", "AddV2", masked, 1e-9f);
    }
    TensorRef shares =
        identity(self + "dropout/Identity", graph.real(self + "Softmax", "Softmax", masked));
    TensorRef context =
        ops.batchMatMul(self + "MatMul_1", shares, heads(self, "_2", value, batch), false);
    TensorRef turned = ops.transpose(self + "transpose_3", context, 0, 2, 1, 3);
    TensorRef sizes =
        pack(
            self + "sizes_3", batch, integer(self + "rest_3", -1), integer(self + "width", HIDDEN));
    TensorRef joined = reshape(self + "Reshape_3", ElementType.FLOAT, turned, sizes);
    String output = at + "attention/output/";
    TensorRef projected =
        identity(
            output + "dropout/Identity", sharing.dense3(output + "dense", joined, HIDDEN, HIDDEN));
    TensorRef attended =
        sharing.norm(output + "LayerNorm", graph.real(output + "add", "AddV2", projected, input));
    TensorRef inner = sharing.dense3(at + "intermediate/dense", attended, HIDDEN, INNER);
    TensorRef wide = gelu(at + "intermediate/Gelu/", inner);
    TensorRef narrow = sharing.dense3(at + "output/dense", wide, INNER, HIDDEN);
    return sharing.norm(
        at + "output/LayerNorm", graph.real(at + "output/add", "AddV2", narrow, attended));
  }

  private TensorRef heads(String at, String suffix, TensorRef value, TensorRef batch) {
    TensorRef sizes =
        pack(
            at + "sizes" + suffix,
            batch,
            integer(at + "rest" + suffix, -1),
            integer(at + "heads" + suffix, HEADS),
            integer(at + "headSize" + suffix, HIDDEN / HEADS));
    TensorRef shaped = reshape(at + "Reshape" + suffix, ElementType.FLOAT, value, sizes);
    return ops.transpose(at + "transpose" + suffix, shaped, 0, 2, 1, 3);
  }

  /** The operators of one layer. Its weights may be those of the first layer. */
  private final class Sharing {
    private final int index;

    Sharing(int index) {
      this.index = index;
    }

    private String weights(String name) {
      return family == Family.ALBERT ? name.replace(layerScope(index), layerScope(0)) : name;
    }

    TensorRef dense3(String name, TensorRef input, int inputs, int outputs) {
      if (weights(name).equals(name)) {
        return FunctionBert.super.dense3(name, input, inputs, outputs);
      }
      TensorRef kernel = variable(weights(name) + "/kernel", inputs, outputs);
      TensorRef bias = variable(weights(name) + "/bias", outputs);
      return ops.biasAdd(
          name + "/BiasAdd", einsum(name + "/Einsum", "abc,cd->abd", input, kernel), bias);
    }

    TensorRef norm(String name, TensorRef value) {
      return ops.layerNorm(
          name,
          value,
          3,
          variable(weights(name) + "/gamma", HIDDEN),
          variable(weights(name) + "/beta", HIDDEN),
          1e-12f);
    }
  }

  /** Attention with EinsumDense kernels, which have three axes. */
  private TensorRef kerasLayer(int index, TensorRef input, TensorRef mask) {
    String at = layerScope(index);
    String self = at + "self_attention/";
    TensorRef query = headed(self + "query", input);
    TensorRef key = headed(self + "key", input);
    TensorRef value = headed(self + "value", input);
    float scale = (float) (1 / Math.sqrt(HIDDEN / (double) HEADS));
    TensorRef scaled = ops.scalarSecond(self + "Mul", "Mul", query, scale);
    TensorRef scores = einsum(self + "einsum", "aecd,abcd->acbe", key, scaled);
    TensorRef masked = graph.real(self + "softmax/add", "AddV2", scores, mask);
    TensorRef shares =
        identity(
            self + "dropout/Identity", graph.real(self + "softmax/Softmax", "Softmax", masked));
    TensorRef context = einsum(self + "einsum_1", "acbe,aecd->abcd", shares, value);
    TensorRef kernel = variable(self + "attention_output/kernel", HEADS, HIDDEN / HEADS, HIDDEN);
    TensorRef projected =
        graph.real(
            self + "attention_output/add",
            "AddV2",
            einsum(self + "attention_output/einsum", "abcd,cde->abe", context, kernel),
            variable(self + "attention_output/bias", HIDDEN));
    TensorRef attended =
        norm(
            at + "self_attention_layer_norm",
            graph.real(at + "add", "AddV2", input, identity(at + "dropout/Identity", projected)),
            3,
            HIDDEN);
    TensorRef inner = einsumDense(at + "intermediate", attended, HIDDEN, INNER);
    TensorRef wide = gelu(at + "intermediate/Gelu/", inner);
    TensorRef narrow = einsumDense(at + "output", wide, INNER, HIDDEN);
    return norm(
        at + "output_layer_norm", graph.real(at + "add_1", "AddV2", attended, narrow), 3, HIDDEN);
  }

  private TensorRef headed(String name, TensorRef input) {
    TensorRef kernel = variable(name + "/kernel", HIDDEN, HEADS, HIDDEN / HEADS);
    TensorRef bias = variable(name + "/bias", HEADS, HIDDEN / HEADS);
    return graph.real(
        name + "/add", "AddV2", einsum(name + "/einsum", "abc,cde->abde", input, kernel), bias);
  }

  /** The names of all outputs so far. */
  List<String> outputNames() {
    return new ArrayList<>(outputs.keySet());
  }
}
