package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.source.AssumedPooling;
import io.ganglion.compiler.source.huggingface.Family.Part;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a HuggingFace folder says of its model: the configuration, what follows the encoder, and
 * where the weights are. Every tensor that the model needs is there and has its shape.
 *
 * @param path the folder
 * @param transformer the encoder's folder, mostly the same
 * @param config {@code config.json}
 * @param head what follows the encoder
 * @param weights the encoder's tensors
 * @param maxLength most tokens of a request, as the folder has it
 * @param notes sentences for the user
 */
record FolderModel(
    Path path,
    Path transformer,
    ModelConfig config,
    HeadPlan head,
    Checkpoint weights,
    OptionalInt maxLength,
    List<String> notes) {
  private static final String CONFIG = "config.json";
  private static final int MOST_NAMED = 6;

  /** Buffers of the encoder that hold no weights. */
  private static final Set<String> BUFFERS =
      Set.of("embeddings.position_ids", "embeddings.token_type_ids");

  FolderModel {
    notes = List.copyOf(notes);
  }

  /** Whether a path looks like such a folder, by the names in it. */
  static boolean accepts(Path path) {
    boolean described =
        Files.isRegularFile(path.resolve(CONFIG))
            || Files.isRegularFile(path.resolve(Modules.FILE));
    boolean weights = WeightFiles.in(path);
    return WeightFiles.areRead(path) || ((described || weights) && !holdsOnnx(path));
  }

  private static boolean holdsOnnx(Path path) {
    return Stream.of(path, path.resolve("onnx"))
        .map(folder -> folder.toFile().list((in, name) -> name.endsWith(".onnx")))
        .anyMatch(names -> names != null && names.length > 0);
  }

  /** Reads a folder. */
  static FolderModel read(Path path) throws CompileException {
    Optional<Modules> modules = Modules.of(path);
    Path transformer = modules.isPresent() ? modules.get().transformer() : path;
    Path file = transformer.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new CompileException(
          transformer + " holds no " + CONFIG + ", which says what the model is.");
    }
    Fields fields = JsonFile.object(file);
    ModelConfig config = ModelConfig.of(fields);
    SentenceSettings settings = SentenceSettings.of(path, transformer);
    List<String> notes = new ArrayList<>(config.notes());
    modules.ifPresent(found -> notes.addAll(found.notes()));
    notes.addAll(settings.notes());
    Pooling pooling = modules.isPresent() ? modules.get().pooling() : null;
    requirePooling(path, config, modules, pooling, settings);
    if (pooling == null && config.headClass().equals(ModelConfig.NO_HEAD)) {
      notes.add(AssumedPooling.NOTE);
    }
    WeightFiles.Conversion conversion = conversion(path, config, pooling != null);
    Family family = config.encoder().family();
    Checkpoint weights = Checkpoint.open(transformer, family.prefix(), conversion);
    HeadPlan head =
        modules.isPresent() && pooling != null
            ? HeadPlan.embedding(modules.get(), pooling, config.encoder().hidden(), conversion)
            : HeadPlan.of(config, settings, weights, fields);
    TokenizerSettings tokenizer = TokenizerSettings.of(transformer, settings);
    FolderModel model =
        new FolderModel(path, transformer, config, head, weights, tokenizer.maxLength(), List.of());
    notes.addAll(model.unused(model.needed()));
    return model.with(notes);
  }

  private FolderModel with(List<String> others) {
    return new FolderModel(path, transformer, config, head, weights, maxLength, others);
  }

  private static void requirePooling(
      Path path,
      ModelConfig config,
      Optional<Modules> modules,
      @Nullable Pooling pooling,
      SentenceSettings settings)
      throws CompileException {
    if (modules.isPresent() && pooling == null && !settings.crossEncoder()) {
      throw new CompileException(
          path.resolve(Modules.FILE) + " has no Pooling, so there is no sentence embedding.");
    }
    if (settings.crossEncoder() && config.headClass().equals(ModelConfig.NO_HEAD)) {
      throw new CompileException(
          path.resolve(CONFIG) + " is of an encoder without a head, but a cross-encoder has one.");
    }
    if (settings.crossEncoder() && pooling != null) {
      throw new CompileException(
          path.resolve(Modules.FILE) + " has a Pooling, but the model is a cross-encoder.");
    }
  }

  private static WeightFiles.Conversion conversion(
      Path path, ModelConfig config, boolean embedding) {
    return argument ->
        embedding
            ? "from sentence_transformers import SentenceTransformer as M;"
                + " M('%1$s').save_pretrained('%1$s')".formatted(path)
            : ("from transformers import %1$s as M;"
                    + " M.from_pretrained('%2$s'%3$s).save_pretrained('%2$s')")
                .formatted(config.architecture(), path, argument);
  }

  /** Checks every tensor that the model needs, and gives their plain names. */
  private Set<String> needed() throws CompileException {
    EncoderConfig encoder = config.encoder();
    int hidden = encoder.hidden();
    Needed needed = new Needed(weights);
    needed.matrix(Family.WORDS, encoder.vocabulary(), encoder.embedding());
    needed.matrix(Family.POSITIONS, encoder.positions(), encoder.embedding());
    if (encoder.segments() > 0) {
      needed.matrix(Family.SEGMENTS, encoder.segments(), encoder.embedding());
    }
    needed.norm(Family.EMBEDDINGS_NORM, encoder.embedding());
    if (encoder.embedding() != hidden) {
      needed.dense(Family.PROJECTION, encoder.embedding(), hidden);
    }
    for (int layer = 0; layer < encoder.layers(); layer++) {
      for (Part part : Part.values()) {
        String name = encoder.family().layer(layer, part);
        switch (part) {
          case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> needed.dense(name, hidden, hidden);
          case INTERMEDIATE -> needed.dense(name, hidden, encoder.intermediate());
          case OUTPUT -> needed.dense(name, encoder.intermediate(), hidden);
          case ATTENTION_NORM, OUTPUT_NORM -> needed.norm(name, hidden);
        }
      }
    }
    for (HeadPlan.Step step : head.steps()) {
      step.kernel();
      step.offset();
      if (step.weights() == weights) {
        needed.names().add(step.tensor() + ".weight");
        needed.names().add(step.tensor() + ".bias");
      }
    }
    return needed.names();
  }

  /** Asks for tensors, and keeps their names. */
  private record Needed(Checkpoint weights, Set<String> names) {
    Needed(Checkpoint weights) {
      this(weights, new TreeSet<>());
    }

    void matrix(String name, int rows, int columns) throws CompileException {
      weights.tensor(name, rows, columns);
      names.add(name);
    }

    void dense(String name, int inputs, int outputs) throws CompileException {
      matrix(name + ".weight", outputs, inputs);
      vector(name + ".bias", outputs);
    }

    void norm(String name, int size) throws CompileException {
      vector(name + ".weight", size);
      vector(name + ".bias", size);
    }

    private void vector(String name, int size) throws CompileException {
      weights.tensor(name, size);
      names.add(name);
    }
  }

  /**
   * A note about tensors that the model does not use, such as other heads. Refuses tensors that
   * make another encoder of it.
   */
  private List<String> unused(Set<String> needed) throws CompileException {
    Set<String> others = new TreeSet<>(weights.tensors().keySet());
    others.removeAll(needed);
    others.removeAll(BUFFERS);
    for (String name : others) {
      if (name.startsWith("embeddings")
          || name.startsWith("encoder.")
          || name.startsWith("transformer.")) {
        throw new CompileException(
            ("%s holds the tensor %s, which %s of %d layers does not have, so the weights are those"
                    + " of another model than %s describes.")
                .formatted(
                    transformer,
                    name,
                    config.encoder().family().modelType(),
                    config.encoder().layers(),
                    CONFIG));
      }
    }
    if (others.isEmpty()) {
      return List.of();
    }
    String named = String.join(", ", others.stream().limit(MOST_NAMED).toList());
    String more =
        others.size() > MOST_NAMED ? " and " + (others.size() - MOST_NAMED) + " more" : "";
    return List.of("Tensors that this model does not use were passed over: " + named + more + ".");
  }
}
