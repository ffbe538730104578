package io.ganglion.compiler.sample;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;

/** The embeddings of {@link BertGraph}. */
final class EmbeddingsGraph {
  /** Adds a variable. */
  @FunctionalInterface
  interface Declare {
    TensorRef variable(String name, Integer... sizes);
  }

  private final SampleConfig config;
  private final GraphBuilder graph;
  private final GraphOps ops;
  private final Declare declare;

  EmbeddingsGraph(SampleConfig config, GraphBuilder graph, GraphOps ops, Declare declare) {
    this.config = config;
    this.graph = graph;
    this.ops = ops;
    this.declare = declare;
  }

  /** Gives the normalised embeddings [batch, sequence, hidden]. */
  TensorRef add(String model) {
    String scope = model + "/embeddings/";
    int hidden = config.dimensions().hiddenSize();
    TensorRef sum = addPositions(scope, addSegments(scope, addWords(scope)));
    TensorRef beta = declare.variable(scope + "LayerNorm/beta", hidden);
    TensorRef gamma = declare.variable(scope + "LayerNorm/gamma", hidden);
    return ops.layerNorm(scope + "LayerNorm", sum, 3, gamma, beta, SampleConfig.LAYER_NORM_EPSILON);
  }

  private TensorRef addWords(String scope) {
    int length = config.sequenceLength();
    int hidden = config.dimensions().hiddenSize();
    TensorRef ids = TensorRef.of("input_ids_1");
    TensorRef axis = graph.constant(scope + "ExpandDims/dim", TensorValue.vector(-1));
    TensorRef expanded = ops.expandDims(scope + "ExpandDims", ElementType.INT32, ids, axis);
    TensorRef table =
        declare.variable(scope + "word_embeddings", config.dimensions().vocabularySize(), hidden);
    TensorRef flat = ops.flatten(scope + "Reshape", ElementType.INT32, expanded, -1);
    TensorRef rows =
        graph.op(
            scope + "GatherV2",
            "GatherV2",
            GraphBuilder.attributes(
                "Taxis", Attribute.type(ElementType.INT32),
                "Tindices", Attribute.type(ElementType.INT32),
                "Tparams", Attribute.type(ElementType.FLOAT),
                "batch_dims", new Attribute.Int(0)),
            table,
            flat,
            graph.constant(scope + "GatherV2/axis", TensorValue.scalar(0)));
    TensorRef batch = ops.batch(scope, "", expanded, ElementType.INT32);
    return ops.reshape(scope + "Reshape_1", ElementType.FLOAT, rows, batch, length, hidden);
  }

  private TensorRef addSegments(String scope, TensorRef words) {
    int length = config.sequenceLength();
    int hidden = config.dimensions().hiddenSize();
    int segments = config.dimensions().segments();
    TensorRef batch = ops.batch(scope, "_1", words, ElementType.FLOAT);
    TensorRef table = declare.variable(scope + "token_type_embeddings", segments, hidden);
    TensorRef flat =
        ops.flatten(scope + "Reshape_2", ElementType.INT32, TensorRef.of("segment_ids_1"), -1);
    TensorRef oneHot = ops.oneHot(scope + "one_hot", flat, segments);
    TensorRef rows = ops.matMul(scope + "MatMul", oneHot, table, false);
    TensorRef shaped =
        ops.reshape(scope + "Reshape_3", ElementType.FLOAT, rows, batch, length, hidden);
    return graph.real(scope + "add", "AddV2", words, shaped);
  }

  private TensorRef addPositions(String scope, TensorRef sum) {
    int length = config.sequenceLength();
    int hidden = config.dimensions().hiddenSize();
    TensorRef table =
        declare.variable(scope + "position_embeddings", config.dimensions().maxPositions(), hidden);
    TensorRef begin = graph.constant(scope + "Slice/begin", TensorValue.vector(0, 0));
    TensorRef size = graph.constant(scope + "Slice/size", TensorValue.vector(length, -1));
    TensorRef rows =
        graph.op(
            scope + "Slice",
            "Slice",
            GraphBuilder.attributes(
                "Index", Attribute.type(ElementType.INT32),
                "T", Attribute.type(ElementType.FLOAT)),
            table,
            begin,
            size);
    TensorRef shaped = ops.flatten(scope + "Reshape_4", ElementType.FLOAT, rows, 1, length, hidden);
    return graph.real(scope + "add_1", "AddV2", sum, shaped);
  }
}
