package io.ganglion.compiler.source.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.source.huggingface.Family.Part;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Float16;
import io.ganglion.runtime.model.TensorType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** A small model of any family with random weights, to be changed by a test and written. */
public final class TestFolder {
  static final int HIDDEN = 16;
  static final int LAYERS = 2;
  static final int POSITIONS = 40;

  /** A tensor to write. Its values may be changed. */
  static final class Values {
    private final List<Integer> shape;
    private final float[] values;

    Values(List<Integer> shape, float[] values) {
      this.shape = List.copyOf(shape);
      this.values = values;
    }

    float[] values() {
      return values;
    }
  }

  /** The fields of config.json. */
  final Map<String, Object> config = new LinkedHashMap<>();

  /** The tensors of model.safetensors, by their full names. */
  final Map<String, Values> tensors = new LinkedHashMap<>();

  /** The type in which real numbers are written. */
  TensorType type = TensorType.F32;

  /** Pieces of vocab.txt. */
  final List<String> pieces = pieces();

  private final Family family;
  private final SplittableRandom random = new SplittableRandom(5);

  private TestFolder(Family family) {
    this.family = family;
  }

  /** A classifier of two labels. */
  public static TestFolder bert() {
    return of(Family.BERT, "ForSequenceClassification", 2);
  }

  /**
   * A model of a family.
   *
   * @param head the end of its class's name
   * @param labels outputs of its head
   */
  static TestFolder of(Family family, String head, int labels) {
    TestFolder folder = new TestFolder(family);
    folder.configure(head, labels);
    folder.encoder();
    folder.head(head, labels);
    return folder;
  }

  /** A model of a family by its name in {@link Family}. */
  public static TestFolder of(String family, String head, int labels) {
    return of(Family.valueOf(family), head, labels);
  }

  private void configure(String head, int labels) {
    boolean distil = family == Family.DISTILBERT;
    config.put("architectures", List.of(family.className() + head));
    config.put("model_type", family.modelType());
    config.put("vocab_size", pieces.size());
    config.put("max_position_embeddings", POSITIONS);
    config.put(distil ? "dim" : "hidden_size", HIDDEN);
    config.put(distil ? "n_layers" : "num_hidden_layers", LAYERS);
    config.put(distil ? "n_heads" : "num_attention_heads", 2);
    config.put(distil ? "hidden_dim" : "intermediate_size", 2 * HIDDEN);
    config.put(distil ? "activation" : "hidden_act", "gelu");
    if (!distil) {
      config.put("type_vocab_size", 2);
      config.put("layer_norm_eps", 1e-12);
    }
    if (family == Family.ELECTRA) {
      config.put("embedding_size", HIDDEN / 2);
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (int label = 0; label < labels; label++) {
      names.put(Integer.toString(label), "label " + label);
    }
    config.put("id2label", names);
  }

  private void encoder() {
    int width = family == Family.ELECTRA ? HIDDEN / 2 : HIDDEN;
    matrix(own(Family.WORDS), pieces.size(), width);
    matrix(own(Family.POSITIONS), POSITIONS, width);
    if (family != Family.DISTILBERT) {
      matrix(own(Family.SEGMENTS), 2, width);
    }
    norm(own(Family.EMBEDDINGS_NORM), width);
    if (width != HIDDEN) {
      dense(own(Family.PROJECTION), width, HIDDEN);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      for (Part part : Part.values()) {
        String name = own(family.layer(layer, part));
        switch (part) {
          case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> dense(name, HIDDEN, HIDDEN);
          case INTERMEDIATE -> dense(name, HIDDEN, 2 * HIDDEN);
          case OUTPUT -> dense(name, 2 * HIDDEN, HIDDEN);
          case ATTENTION_NORM, OUTPUT_NORM -> norm(name, HIDDEN);
        }
      }
    }
  }

  private void head(String head, int labels) {
    boolean sequence = head.equals("ForSequenceClassification");
    if (head.equals("Model")) {
      return;
    }
    if (!sequence) {
      dense("classifier", HIDDEN, labels);
      return;
    }
    switch (family) {
      case BERT -> dense(own("pooler.dense"), HIDDEN, HIDDEN);
      case DISTILBERT -> dense("pre_classifier", HIDDEN, HIDDEN);
      case ROBERTA, XLM_ROBERTA, ELECTRA -> dense("classifier.dense", HIDDEN, HIDDEN);
    }
    boolean two = family != Family.BERT && family != Family.DISTILBERT;
    dense(two ? "classifier.out_proj" : "classifier", HIDDEN, labels);
  }

  private String own(String name) {
    return family.prefix() + "." + name;
  }

  void dense(String name, int inputs, int outputs) {
    matrix(name + ".weight", outputs, inputs);
    vector(name + ".bias", outputs, 0);
  }

  private void norm(String name, int size) {
    vector(name + ".weight", size, 1);
    vector(name + ".bias", size, 0);
  }

  void matrix(String name, int rows, int columns) {
    tensors.put(name, new Values(List.of(rows, columns), randoms(rows * columns, 0)));
  }

  private void vector(String name, int size, float middle) {
    tensors.put(name, new Values(List.of(size), randoms(size, middle)));
  }

  private float[] randoms(int count, float middle) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = middle + (float) (random.nextDouble() - 0.5) * 0.6f;
    }
    return values;
  }

  /** Special tokens, digits, letters and some signs, each also inside a word. */
  private static List<String> pieces() {
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    String signs = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < signs.length(); i++) {
      pieces.add(signs.substring(i, i + 1));
      pieces.add("##" + signs.charAt(i));
    }
    pieces.addAll(List.of(".", ",", "%", "-", "\"", "the", "and"));
    return pieces;
  }

  /** Renames all tensors that have this in their names. */
  TestFolder rename(String from, String to) {
    Map<String, Values> before = new LinkedHashMap<>(tensors);
    tensors.clear();
    before.forEach((name, values) -> tensors.put(name.replace(from, to), values));
    return this;
  }

  /** Writes the folder with all its weights in one file. */
  public Path write(Path folder) throws IOException {
    describe(folder);
    safetensors(folder.resolve("model.safetensors"), name -> true);
    return folder;
  }

  /** Writes the folder with its weights in two files and an index. */
  Path writeSharded(Path folder) throws IOException {
    describe(folder);
    Map<String, String> places = new LinkedHashMap<>();
    for (String name : tensors.keySet()) {
      places.put(name, name.contains("embeddings") ? "first.safetensors" : "second.safetensors");
    }
    for (String shard : List.of("first.safetensors", "second.safetensors")) {
      safetensors(folder.resolve(shard), name -> shard.equals(places.get(name)));
    }
    json(folder.resolve("model.safetensors.index.json"), Map.of("weight_map", places));
    return folder;
  }

  private void describe(Path folder) throws IOException {
    Files.createDirectories(folder);
    json(folder.resolve("config.json"), config);
    json(
        folder.resolve("tokenizer_config.json"),
        Map.of("do_lower_case", true, "model_max_length", 32, "tokenizer_class", "BertTokenizer"));
    Files.writeString(folder.resolve("vocab.txt"), String.join("\n", pieces) + "\n");
  }

  static void json(Path file, Object value) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    new ObjectMapper().writeValue(file.toFile(), value);
  }

  private void safetensors(Path file, Predicate<String> wanted) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", Map.of("format", "pt"));
    int end = 0;
    for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
      if (wanted.test(tensor.getKey())) {
        int start = end;
        end += tensor.getValue().values().length * type.bytes();
        header.put(
            tensor.getKey(),
            Map.of(
                "dtype",
                type.name(),
                "shape",
                tensor.getValue().shape,
                "data_offsets",
                List.of(start, end)));
      }
    }
    byte[] json = new ObjectMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
        if (wanted.test(tensor.getKey())) {
          out.write(bytes(tensor.getValue().values()));
        }
      }
    }
  }

  private byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F64 -> bytes.putDouble(value);
        case F16 -> bytes.putShort(Float16.of(value));
        case BF16 -> bytes.putShort(BFloat16.of(value));
        case I64 -> bytes.putLong((long) value);
        case I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(type.name());
      }
    }
    return bytes.array();
  }
}
