package io.ganglion.core.cpu;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * The four products of an encoder layer, as oneDNN computes them.
 *
 * @param qkv query, key and value
 * @param attentionOutput output of the attention; adds to the residual stream
 * @param intermediate first product after the attention, with the activation
 * @param output last product; adds to the residual stream
 */
record LayerProducts(
    MatmulShape qkv, MatmulShape attentionOutput, MatmulShape intermediate, MatmulShape output) {

  static LayerProducts of(PackedModel model, PackedLayer layer) {
    DnnlType value = model.valueType();
    long pitch = MatmulShape.pitch(value, layer.intermediate().outputs());
    MatmulShape intermediate =
        product(layer.intermediate(), value, PostOp.of(model.manifest().activation()))
            .writing(pitch);
    MatmulShape output = product(layer.output(), DnnlType.F32, PostOp.ADD_DESTINATION);
    boolean inPlace =
        intermediate.destination() == output.source() && intermediate.outputs() == output.inputs();
    if (inPlace || layer.output().tokens() != null) {
      output = output.reading(pitch);
    }
    return new LayerProducts(
        product(layer.qkv(), value, PostOp.NONE),
        product(layer.attentionOutput(), DnnlType.F32, PostOp.ADD_DESTINATION),
        intermediate,
        output);
  }

  /** A dense layer of the model's head. */
  static MatmulShape ofHead(PackedDense dense, PostOp activation) {
    return product(dense, DnnlType.F32, activation);
  }

  /** The dense layer from the embeddings to the encoder, in fp32. */
  static MatmulShape ofProjection(PackedDense dense) {
    return product(dense, DnnlType.F32, PostOp.NONE);
  }

  private static MatmulShape product(PackedDense dense, DnnlType to, PostOp post) {
    return new MatmulShape(
        dense.columns(), dense.outputs(), dense.source(), to, post, dense.tokens() != null);
  }

  /** The products for a group of tokens, with the layouts of their weights. */
  static Map<MatmulShape, dnnl_memory_desc> ofEncoder(PackedModel model) {
    Map<MatmulShape, dnnl_memory_desc> all = new HashMap<>();
    for (PackedLayer layer : model.layers()) {
      LayerProducts products = of(model, layer);
      all.put(products.qkv, layer.qkv().layout());
      products.addAfterAttention(all, layer);
    }
    PackedDense projection = model.projection();
    if (projection != null) {
      all.put(ofProjection(projection), projection.layout());
    }
    return all;
  }

  /** The products for the rows that the head reads, with the layouts of their weights. */
  static Map<MatmulShape, dnnl_memory_desc> ofEnd(PackedModel model) {
    Map<MatmulShape, dnnl_memory_desc> all = new HashMap<>();
    if (model.endsWithFirstTokens()) {
      List<PackedLayer> layers = model.layers();
      PackedLayer last = layers.get(layers.size() - 1);
      of(model, last).addAfterAttention(all, last);
    }
    for (int i = 0; i < model.head().size(); i++) {
      PackedDense dense = model.head().get(i);
      all.put(ofHead(dense, model.activations().get(i)), dense.layout());
    }
    return all;
  }

  private void addAfterAttention(Map<MatmulShape, dnnl_memory_desc> all, PackedLayer layer) {
    all.put(attentionOutput, layer.attentionOutput().layout());
    all.put(intermediate, layer.intermediate().layout());
    all.put(output, layer.output().layout());
  }
}
