package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;

/**
 * The embeddings of TensorFlow 2 libraries: of words, positions and segments, summed and normed.
 */
public abstract class FunctionEmbeddings extends KerasGraph {
  static final int VOCABULARY = 2048;
  static final int HIDDEN = 64;
  static final int HEADS = 4;
  private static final int POSITIONS = 96;

  /** The library whose operators are used. */
  public enum Library {
    HUGGING_FACE,
    KERAS
  }

  /** A difference from BERT. */
  enum Family {
    BERT,
    ALBERT,
    ROBERTA,
    DISTILBERT,
    ELECTRA
  }

  final Library library;
  Family family = Family.BERT;
  String scope;
  boolean withSegments = true;
  int segments = 2;

  FunctionEmbeddings(Library library) {
    this.library = library;
    this.scope =
        library == Library.HUGGING_FACE ? "tf_bert_for_sequence_classification/bert" : "model";
  }

  /** The embeddings [batch, length, hidden] of ids [batch, length]. */
  TensorRef embeddings(TensorRef ids) {
    String at = scope + "/embeddings/";
    int width = family == Family.ALBERT || family == Family.ELECTRA ? HIDDEN / 2 : HIDDEN;
    TensorRef words =
        gather(
            at + "Gather", handle(at + "word_embeddings/weight", VOCABULARY, width), idType, ids);
    TensorRef shape = shape(at + "Shape", ids, idType);
    TensorRef sum = graph.real(at + "add", "AddV2", words, positions(at, ids, shape, width));
    if (family != Family.DISTILBERT) {
      sum = graph.real(at + "add_1", "AddV2", sum, segmentRows(at, shape, width));
    }
    TensorRef embedded = identity(at + "dropout/Identity", norm(at + "LayerNorm", sum, 3, width));
    return width == HIDDEN
        ? embedded
        : dense3(scope + "/embeddings_project", embedded, width, HIDDEN);
  }

  private TensorRef positions(String at, TensorRef ids, TensorRef shape, int width) {
    TensorRef length = size(at + "strided_slice", shape, 1);
    String name = at + "position_embeddings/embeddings";
    if (family == Family.ROBERTA) {
      TensorRef real =
          graph.op(
              at + "NotEqual",
              "NotEqual",
              GraphBuilder.attributes("T", Attribute.type(idType)),
              ids,
              integer(at + "NotEqual/y", 1));
      TensorRef ones =
          graph.op(
              at + "Cast",
              "Cast",
              GraphBuilder.attributes(
                  "SrcT", Attribute.type(ElementType.BOOL), "DstT", Attribute.type(idType)),
              real);
      TensorRef count =
          graph.op(
              at + "Cumsum",
              "Cumsum",
              GraphBuilder.attributes(
                  "T", Attribute.type(idType), "Tidx", Attribute.type(ElementType.INT32)),
              ones,
              integer(at + "Cumsum/axis", 1));
      return gather(at + "Gather_1", handle(name, POSITIONS, width), idType, count);
    }
    if (library == Library.KERAS) {
      TensorRef table = variable(at + "position_embedding/embeddings", POSITIONS, width);
      TensorRef rows =
          graph.op(
              at + "position_embedding/strided_slice",
              "StridedSlice",
              GraphBuilder.attributes(
                  "T", Attribute.type(ElementType.FLOAT),
                  "Index", Attribute.type(ElementType.INT32),
                  "begin_mask", new Attribute.Int(0),
                  "end_mask", new Attribute.Int(0),
                  "ellipsis_mask", new Attribute.Int(0),
                  "new_axis_mask", new Attribute.Int(0),
                  "shrink_axis_mask", new Attribute.Int(0)),
              table,
              integers(at + "position_embedding/stack", 0, 0),
              pack(
                  at + "position_embedding/stack_1",
                  length,
                  integer(at + "position_embedding/width", width)),
              integers(at + "position_embedding/stack_2", 1, 1));
      TensorRef sizes =
          pack(
              at + "position_embedding/sizes",
              size(at + "strided_slice_1", shape, 0),
              length,
              integer(at + "position_embedding/width_1", width));
      return graph.op(
          at + "position_embedding/BroadcastTo",
          "BroadcastTo",
          GraphBuilder.attributes(
              "T", Attribute.type(ElementType.FLOAT), "Tidx", Attribute.type(ElementType.INT32)),
          rows,
          sizes);
    }
    TensorRef range =
        graph.op(
            at + "range",
            "Range",
            GraphBuilder.attributes("Tidx", Attribute.type(ElementType.INT32)),
            integer(at + "range/start", 0),
            length,
            integer(at + "range/delta", 1));
    TensorRef rows =
        ops.expandDims(
            at + "ExpandDims", ElementType.INT32, range, integer(at + "ExpandDims/dim", 0));
    return gather(at + "Gather_1", handle(name, POSITIONS, width), ElementType.INT32, rows);
  }

  private TensorRef segmentRows(String at, TensorRef shape, int width) {
    String name = at + "token_type_embeddings/embeddings";
    if (!withSegments) {
      TensorRef zeros =
          graph.op(
              at + "Fill",
              "Fill",
              GraphBuilder.attributes(
                  "T", Attribute.type(ElementType.INT32),
                  "index_type", Attribute.type(ElementType.INT32)),
              shape,
              integer(at + "Fill/value", 0));
      return gather(at + "Gather_2", handle(name, segments, width), ElementType.INT32, zeros);
    }
    boolean hub = library == Library.KERAS;
    TensorRef types = input(hub ? "input_type_ids" : "token_type_ids");
    if (!hub) {
      return gather(at + "Gather_2", handle(name, segments, width), idType, types);
    }
    TensorRef flat =
        reshape(
            at + "type_embeddings/Reshape",
            idType,
            types,
            integers(at + "type_embeddings/flat", -1));
    TensorRef hot =
        graph.op(
            at + "type_embeddings/one_hot",
            "OneHot",
            GraphBuilder.attributes(
                "T", Attribute.type(ElementType.FLOAT),
                "TI", Attribute.type(idType),
                "axis", new Attribute.Int(-1)),
            flat,
            integer(at + "type_embeddings/depth", segments),
            graph.constant(at + "type_embeddings/on", TensorValue.scalar(1f)),
            graph.constant(at + "type_embeddings/off", TensorValue.scalar(0f)));
    TensorRef rows =
        ops.matMul(
            at + "type_embeddings/MatMul",
            hot,
            variable(at + "type_embeddings/embeddings", segments, width),
            false);
    TensorRef sizes =
        pack(
            at + "type_embeddings/sizes",
            size(at + "strided_slice_2", shape, 0),
            size(at + "strided_slice_3", shape, 1),
            integer(at + "type_embeddings/width", width));
    return reshape(at + "type_embeddings/Reshape_1", ElementType.FLOAT, rows, sizes);
  }
}
