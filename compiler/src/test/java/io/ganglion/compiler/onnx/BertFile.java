package io.ganglion.compiler.onnx;

import static io.ganglion.compiler.onnx.OnnxWriter.attribute;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** A small BERT as different exporters and optimizers write it; the weights are always the same. */
public final class BertFile extends BertSteps {
  /** How the encoder's steps are written. */
  public enum Form {
    /** Layer norm and GELU in many operators; axes are attributes. */
    OPSET_11(11),
    /** Layer norm in one operator, a scale computed from the shape, and a mask by selection. */
    OPSET_17(17),
    /** GELU in one operator, axes as inputs. */
    OPSET_20(20),
    /** What ONNX Runtime's optimizer writes. */
    FUSED(14),
    /** What ONNX Runtime's optimizer writes, with lengths in place of the mask. */
    FUSED_LENGTHS(14);

    private final long opset;

    Form(long opset) {
      this.opset = opset;
    }

    boolean fused() {
      return this == FUSED || this == FUSED_LENGTHS;
    }
  }

  /** BERT and its relatives. */
  public enum Family {
    BERT,
    /** No segments, and a head with relu. */
    DISTILBERT,
    /** Positions behind those of padding, by the ids, and one segment. */
    ROBERTA,
    /** Narrow embeddings, and a head with GELU. */
    ELECTRA
  }

  /** What the model gives. */
  public enum End {
    LOGITS,
    PROBABILITIES,
    HIDDEN_STATE,
    HIDDEN_STATE_AND_POOLED,
    TOKEN_LOGITS
  }

  public static final int VOCABULARY = 64;
  public static final int POSITIONS = 32;
  public static final int HIDDEN = 16;
  public static final int HEADS = 2;
  public static final int INNER = 24;
  public static final int LAYERS = 2;
  public static final int LABELS = 3;
  public static final float EPSILON = 1e-6f;

  private final Family family;
  private final End end;
  private String mask = "";

  private BertFile(Family family, Form form, End end, OnnxWriter writer) {
    super(form, writer);
    this.family = family;
    this.end = end;
  }

  /** A writer with a whole model. */
  public static OnnxWriter of(Form form, End end, OnnxType type, String external) {
    OnnxWriter writer = new OnnxWriter(form.opset).reals(type);
    if (!external.isEmpty()) {
      writer.external(external);
    }
    writer.opset(OnnxNode.MICROSOFT, 1);
    new BertFile(Family.BERT, form, end, writer).write();
    return writer;
  }

  /** A writer with a classifier of this family. */
  public static OnnxWriter of(Family family) {
    OnnxWriter writer = new OnnxWriter(Form.OPSET_17.opset);
    new BertFile(family, Form.OPSET_17, End.LOGITS, writer).write();
    return writer;
  }

  /** As many WordPieces as the model has. */
  public static List<String> vocabulary() {
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      pieces.add(String.valueOf(letter));
      pieces.add("##" + letter);
    }
    for (int digit = 0; pieces.size() < VOCABULARY; digit++) {
      pieces.add(String.valueOf(digit));
    }
    return pieces;
  }

  /** A writer with a whole classifier in fp32. */
  public static OnnxWriter of(Form form) {
    return of(form, End.LOGITS, OnnxType.FLOAT, "");
  }

  private void write() {
    OnnxType ids = form.fused() ? OnnxType.INT32 : OnnxType.INT64;
    writer.input("input_ids", ids, -1, -1);
    writer.input("attention_mask", ids, -1, -1);
    writer.input("token_type_ids", ids, -1, -1);
    int width = family == Family.ELECTRA ? HIDDEN / 2 : HIDDEN;
    String words = weight("words", VOCABULARY, width);
    String positions = weight("positions", POSITIONS, width);
    String segments = weight("segments", family == Family.ROBERTA ? 1 : 2, width);
    String x;
    if (form.fused()) {
      x = fusedEmbeddings(words, positions, segments);
    } else {
      x = norm(embeddings(words, positions, segments), "embeddings", width);
      mask = form == Form.OPSET_17 ? selection() : addedMask();
    }
    if (family == Family.ELECTRA) {
      x = add(op("MatMul", x, weight("projection", width, HIDDEN)), weight("projected", HIDDEN));
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      x = layer(x, layer);
    }
    end(x);
  }

  private String embeddings(String words, String positions, String segments) {
    String found = gather(words, "input_ids");
    return switch (family) {
      case BERT, ELECTRA ->
          add(found, add(gather(segments, "token_type_ids"), gather(positions, counting())));
      case DISTILBERT -> add(found, gather(positions, counting()));
      case ROBERTA ->
          add(add(found, gather(segments, zeros())), gather(positions, behindPadding()));
    };
  }

  private String zeros() {
    ByteString zero = OnnxWriter.tensor("zero", OnnxType.INT64, OnnxWriter.raw(0), 1);
    return writer.op(
        "ConstantOfShape", List.of(op("Shape", "input_ids")), attribute("value", zero));
  }

  /** Positions from 2 on for tokens other than padding, which is 1. */
  private String behindPadding() {
    String one = writer.whole(1);
    String real =
        writer.op("Cast", List.of(op("Not", op("Equal", "input_ids", one))), to(OnnxType.INT64));
    return add(op("Mul", op("CumSum", real, one), real), one);
  }

  /** The first of 0, 1, 2, ..., as many as there are tokens. */
  private String counting() {
    String length =
        writer.op(
            "Gather", List.of(op("Shape", "input_ids"), writer.vector(1)), attribute("axis", 0L));
    long[] all = new long[POSITIONS];
    java.util.Arrays.setAll(all, i -> i);
    String rows = unsqueezed(writer.vector(all), 0);
    return op("Slice", rows, writer.vector(0), length, writer.vector(1), writer.vector(1));
  }

  /** 0 for tokens and a large negative number for padding. */
  private String addedMask() {
    String wide = unsqueezed("attention_mask", 1, 2);
    String ones = writer.op("Cast", List.of(wide), to(OnnxType.FLOAT));
    String padding = op("Sub", writer.real(1), ones);
    return op("Mul", padding, writer.real(-10000));
  }

  /** Whether a token is padding. */
  private String selection() {
    return op("Equal", unsqueezed("attention_mask", 1, 2), writer.whole(0));
  }

  private String fusedEmbeddings(String words, String positions, String segments) {
    String scale = scale("embeddings.weight", HIDDEN);
    String shift = weight("embeddings.bias", HIDDEN);
    List<String> reads =
        new ArrayList<>(
            List.of("input_ids", "token_type_ids", words, positions, segments, scale, shift));
    boolean lengths = form == Form.FUSED_LENGTHS;
    if (lengths) {
      reads.add("attention_mask");
    }
    mask = lengths ? "mask_index" : "attention_mask";
    writer.node(
        OnnxNode.MICROSOFT,
        "EmbedLayerNormalization",
        reads,
        lengths ? List.of("embedded", "mask_index") : List.of("embedded"),
        attribute("epsilon", EPSILON));
    return "embedded";
  }

  private String layer(String x, int number) {
    String name = "layer." + number;
    String context = form.fused() ? fusedAttention(x, name) : attention(x, name);
    String projected = op("MatMul", context, weight(name + ".projected", HIDDEN, HIDDEN));
    String attended = skipNorm(projected, x, name + ".attended");
    String wide = op("MatMul", attended, weight(name + ".wide", HIDDEN, INNER));
    String active = gelu(wide, weight(name + ".wide.bias", INNER));
    String narrow = op("MatMul", active, weight(name + ".narrow", INNER, HIDDEN));
    return skipNorm(narrow, attended, name + ".narrow");
  }

  private String fusedAttention(String x, String name) {
    String kernel = weight(name + ".qkv", HIDDEN, 3 * HIDDEN);
    String bias = weight(name + ".qkv.bias", 3 * HIDDEN);
    return fused("Attention", List.of(x, kernel, bias, mask), attribute("num_heads", (long) HEADS));
  }

  /**
   * Query, key and value with the weights of the fused operator, so that all forms are one model.
   */
  private String attention(String x, String name) {
    float[] kernel = new float[HIDDEN * 3 * HIDDEN];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = Math.round(random.nextGaussian() * 50) / 256f;
    }
    float[] bias = new float[3 * HIDDEN];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = Math.round(random.nextGaussian() * 50) / 256f;
    }
    String query = heads(x, name, kernel, bias, 0);
    String key = heads(x, name, kernel, bias, 1);
    String value = heads(x, name, kernel, bias, 2);
    String turned =
        writer.op("Transpose", List.of(key), attribute("perm", new long[] {0, 1, 3, 2}));
    String scores = scaled(op("MatMul", query, turned), query);
    if (form == Form.OPSET_17) {
      scores = op("Where", mask, writer.real(-10000), scores);
    } else {
      scores = add(scores, mask);
    }
    String shares =
        writer.op("Softmax", List.of(scores), attribute("axis", form == Form.OPSET_11 ? 3L : -1L));
    String context = op("MatMul", shares, value);
    String back =
        writer.op("Transpose", List.of(context), attribute("perm", new long[] {0, 2, 1, 3}));
    return op("Reshape", back, writer.vector(0, 0, HIDDEN));
  }

  /** Divided by the root of the head's size, which one form reads from the shape. */
  private String scaled(String scores, String query) {
    if (form != Form.OPSET_17) {
      return op("Div", scores, writer.real((float) Math.sqrt(HIDDEN / HEADS)));
    }
    String size = op("Slice", op("Shape", query), writer.vector(-1), writer.vector(Long.MAX_VALUE));
    String real = writer.op("Cast", List.of(size), to(OnnxType.FLOAT));
    return op("Div", scores, op("Sqrt", real));
  }

  private String heads(String x, String name, float[] kernel, float[] bias, int part) {
    float[] matrix = new float[HIDDEN * HIDDEN];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = kernel[i / HIDDEN * 3 * HIDDEN + part * HIDDEN + i % HIDDEN];
    }
    float[] vector = java.util.Arrays.copyOfRange(bias, part * HIDDEN, (part + 1) * HIDDEN);
    String weights = writer.constant(name + ".part" + part, matrix, HIDDEN, HIDDEN);
    String shift = writer.constant(name + ".part" + part + ".bias", vector, HIDDEN);
    String dense = add(op("MatMul", x, weights), shift);
    String split = op("Reshape", dense, writer.vector(0, 0, HEADS, HIDDEN / HEADS));
    return writer.op("Transpose", List.of(split), attribute("perm", new long[] {0, 2, 1, 3}));
  }

  private void end(String x) {
    if (end == End.HIDDEN_STATE || end == End.HIDDEN_STATE_AND_POOLED) {
      renamed(x, "last_hidden_state", -1, -1, HIDDEN);
    }
    if (end == End.HIDDEN_STATE) {
      return;
    }
    if (end == End.TOKEN_LOGITS) {
      String product = op("MatMul", x, weight("tags", HIDDEN, LABELS));
      renamed(add(product, weight("tags.bias", LABELS)), "logits", -1, -1, LABELS);
      return;
    }
    String first = writer.op("Gather", List.of(x, writer.whole(0)), attribute("axis", 1L));
    String dense = gemm(first, "pooler", HIDDEN);
    String pooled =
        switch (family) {
          case BERT, ROBERTA -> op("Tanh", dense);
          case DISTILBERT -> op("Relu", dense);
          case ELECTRA -> gelu(dense);
        };
    if (end == End.HIDDEN_STATE_AND_POOLED) {
      renamed(pooled, "pooler_output", -1, HIDDEN);
      return;
    }
    String logits = gemm(pooled, "classifier", LABELS);
    if (end == End.PROBABILITIES) {
      renamed(
          writer.op("Softmax", List.of(logits), attribute("axis", 1L)),
          "probabilities",
          -1,
          LABELS);
    } else {
      renamed(logits, "logits", -1, LABELS);
    }
  }
}
