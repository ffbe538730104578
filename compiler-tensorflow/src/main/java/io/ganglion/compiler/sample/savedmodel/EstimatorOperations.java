package io.ganglion.compiler.sample.savedmodel;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.compiler.rewrite.GraphOperations;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.runtime.model.ModelDimensions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the forward pass and its inputs as in an estimator export: every shape is packed from the
 * batch size that the graph reads from its inputs. Not thread-safe.
 */
final class EstimatorOperations extends GraphOperations {
  /** Adds a variable. */
  @FunctionalInterface
  interface Declare {
    TensorRef variable(String name, Integer... sizes);
  }

  private final SampleConfig config;
  private final ModelDimensions dimensions;
  private final int length;
  private final int hidden;
  private final String scope;
  private final Declare declare;
  private @Nullable TensorRef batch;

  EstimatorOperations(SampleConfig config, GraphBuilder graph, Declare declare) {
    super(
        graph,
        config.scope(),
        config.dimensions(),
        SampleConfig.LAYER_NORM_EPSILON,
        BertGraph.head(config));
    this.config = config;
    this.dimensions = config.dimensions();
    this.length = config.sequenceLength();
    this.hidden = dimensions.hiddenSize();
    this.scope = config.scope() + "/encoder/";
    this.declare = declare;
  }

  /** The encoder's input, [batch, length, hidden]. */
  TensorRef embeddings(EncoderForward<TensorRef> forward) {
    String place = config.scope() + "/embeddings/";
    TensorRef words = words(place);
    return forward.embeddings(words, segments(place, words), positions(place));
  }

  private TensorRef words(String place) {
    TensorRef ids = TensorRef.of("input_ids_1");
    TensorRef axis = graph.constant(place + "ExpandDims/dim", TensorValue.vector(-1));
    TensorRef expanded = ops.expandDims(place + "ExpandDims", ElementType.INT32, ids, axis);
    TensorRef table = variable(place + "word_embeddings", dimensions.vocabularySize(), hidden);
    TensorRef flat = ops.flatten(place + "Reshape", ElementType.INT32, expanded, -1);
    TensorRef rows = ops.gather(place + "GatherV2", table, flat);
    TensorRef texts = ops.batch(place, "", expanded, ElementType.INT32);
    return ops.reshape(place + "Reshape_1", ElementType.FLOAT, rows, texts, length, hidden);
  }

  private TensorRef segments(String place, TensorRef words) {
    int kinds = dimensions.segments();
    TensorRef texts = ops.batch(place, "_1", words, ElementType.FLOAT);
    TensorRef table = variable(place + "token_type_embeddings", kinds, hidden);
    TensorRef ids = TensorRef.of("segment_ids_1");
    TensorRef flat = ops.flatten(place + "Reshape_2", ElementType.INT32, ids, -1);
    TensorRef oneHot = ops.oneHot(place + "one_hot", flat, kinds);
    TensorRef rows = ops.matMul(place + "MatMul", oneHot, table, false);
    return ops.reshape(place + "Reshape_3", ElementType.FLOAT, rows, texts, length, hidden);
  }

  private TensorRef positions(String place) {
    TensorRef table = variable(place + "position_embeddings", dimensions.maxPositions(), hidden);
    TensorRef rows = ops.firstRows(place + "Slice", table, length);
    return ops.flatten(place + "Reshape_4", ElementType.FLOAT, rows, 1, length, hidden);
  }

  /** The mask [batch, length, length] of ones and zeros. */
  TensorRef mask() {
    TensorRef from = ops.batch(scope, "", TensorRef.of("input_ids_1"), ElementType.INT32);
    TensorRef to = TensorRef.of("input_mask_1");
    TensorRef rows = ops.batch(scope, "_1", to, ElementType.INT32);
    TensorRef shaped = ops.reshape(scope + "Reshape", ElementType.INT32, to, rows, 1, length);
    TensorRef real = ops.cast(scope + "Cast", shaped, ElementType.INT32, ElementType.FLOAT);
    TensorRef sizes = ops.pack(scope + "ones/packed", from, length, 1);
    return graph.real(scope + "mul", "Mul", ops.ones(scope + "ones", sizes), real);
  }

  /** The encoder's input as [tokens, hidden]. Later shapes take their batch size from it. */
  TensorRef rows(TensorRef embedded) {
    batch = ops.batch(scope, "_2", embedded, ElementType.FLOAT);
    return ops.flatten(scope + "Reshape_1", ElementType.FLOAT, embedded, -1, hidden);
  }

  /** A layer's output as [batch, length, hidden]. */
  TensorRef sequences(TensorRef rows, int layer) {
    String name = scope + "Reshape_" + (layer + 2);
    return ops.reshape(name, ElementType.FLOAT, rows, batch(), length, hidden);
  }

  private TensorRef batch() {
    return Objects.requireNonNull(batch, "the encoder's input comes first");
  }

  @Override
  protected TensorRef variable(String name, Integer... sizes) {
    return declare.variable(name, sizes);
  }

  @Override
  protected float queryScale(int layer) {
    return (float) (1 / Math.sqrt(dimensions.headSize()));
  }

  @Override
  protected TensorRef splitHeads(TensorRef rows) {
    int heads = dimensions.heads();
    int size = dimensions.headSize();
    String name = unique("Reshape");
    return ops.reshape(name, ElementType.FLOAT, rows, batch(), length, heads, size);
  }

  @Override
  protected TensorRef joinHeads(TensorRef value) {
    String name = unique("mul");
    TensorRef tokens = graph.constant(name + "/y", TensorValue.scalar(length));
    TensorRef rows = graph.op(name, "Mul", ElementType.INT32, batch(), tokens);
    return ops.reshape(unique("Reshape"), ElementType.FLOAT, value, rows, hidden);
  }
}
