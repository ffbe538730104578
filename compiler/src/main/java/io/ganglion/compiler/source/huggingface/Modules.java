package io.ganglion.compiler.source.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The modules of a sentence-transformers model, read from {@code modules.json}.
 *
 * @param transformer the folder of the encoder
 * @param pooling null where there is none, as in a cross-encoder
 * @param dense dense layers after the pooling
 * @param normalized whether embeddings are brought to the length 1
 * @param notes sentences about fields that are not known here
 */
record Modules(
    Path transformer,
    @Nullable Pooling pooling,
    List<DenseModule> dense,
    boolean normalized,
    List<String> notes) {
  static final String FILE = "modules.json";

  private static final Set<String> NAMES_OF_INPUTS =
      Set.of("module_input_name", "module_output_name");

  /**
   * A dense layer after the pooling.
   *
   * @param folder holds its weights
   * @param inputs columns read
   * @param outputs columns written
   * @param bias whether it has one
   * @param activation applied last
   */
  record DenseModule(Path folder, int inputs, int outputs, boolean bias, Activation activation) {}

  Modules {
    dense = List.copyOf(dense);
    notes = List.copyOf(notes);
  }

  /** The modules of a folder; empty if it has no {@code modules.json}. */
  static Optional<Modules> of(Path folder) throws CompileException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Optional.of(new Reader(folder, file).read()) : Optional.empty();
  }

  /** Reads the modules one after the other. */
  private static final class Reader {
    private final Path folder;
    private final Path file;
    private @Nullable Path transformer;
    private @Nullable Pooling pooling;
    private final List<DenseModule> dense = new ArrayList<>();
    private boolean normalized;
    private final List<String> notes = new ArrayList<>();

    Reader(Path folder, Path file) {
      this.folder = folder;
      this.file = file;
    }

    Modules read() throws CompileException {
      for (JsonNode element : JsonFile.array(file)) {
        if (!(element instanceof ObjectNode object)) {
          throw new CompileException(
              file + " holds something that is no module; download it again.");
        }
        Fields module = new Fields(file.toString(), object);
        add(module.text("type").orElse(""), inside(module.text("path").orElse("")));
      }
      if (transformer == null) {
        throw new CompileException(file + " names no Transformer, so there is no encoder.");
      }
      return new Modules(transformer, pooling, dense, normalized, notes);
    }

    private void add(String type, Path path) throws CompileException {
      String name = type.substring(type.lastIndexOf('.') + 1);
      boolean known = type.startsWith("sentence_transformers.");
      boolean first = transformer == null;
      if (known && first && name.equals("Transformer")) {
        transformer = path;
      } else if (known && !first && pooling == null && name.equals("Pooling")) {
        pooling = pooling(path);
      } else if (known && pooling != null && !normalized && name.equals("Dense")) {
        dense.add(dense(path));
      } else if (known && pooling != null && !normalized && name.equals("Normalize")) {
        normalized = true;
      } else {
        throw new CompileException(
            file
                + " has the module "
                + type
                + " in a place where it is not supported; modules may be a Transformer, Pooling,"
                + " Dense and Normalize, in this order.");
      }
    }

    private Path inside(String path) throws CompileException {
      try {
        Path normal = Path.of(path).normalize();
        if (!normal.isAbsolute() && !normal.startsWith("..")) {
          return folder.resolve(normal);
        }
      } catch (InvalidPathException e) {
        throw new CompileException(file + " names a folder that cannot be one: " + path + ".", e);
      }
      throw new CompileException(
          file + " names a folder outside its own, " + path + "; it is not read.");
    }

    private Pooling pooling(Path path) throws CompileException {
      Fields config = JsonFile.object(path.resolve("config.json"));
      List<String> modes = new ArrayList<>();
      config.text("pooling_mode").ifPresent(modes::add);
      for (String name : config.names()) {
        String old = "pooling_mode_";
        if (name.startsWith(old) && config.flag(name, false)) {
          modes.add(name.substring(old.length()));
        }
      }
      ModelConfig.note(
          config,
          Set.of("word_embedding_dimension", "embedding_dimension", "include_prompt"),
          notes);
      if (modes.size() != 1) {
        throw new CompileException(
            config.where() + " names " + modes.size() + " ways of pooling; one is supported.");
      }
      return switch (modes.get(0)) {
        case "cls", "cls_token" -> Pooling.FIRST;
        case "mean", "mean_tokens" -> Pooling.MEAN;
        case "max", "max_tokens" -> Pooling.MAX;
        default ->
            throw new CompileException(
                config.where()
                    + ": the pooling "
                    + modes.get(0)
                    + " is not supported; it may be cls, mean or max.");
      };
    }

    private DenseModule dense(Path path) throws CompileException {
      Fields config = JsonFile.object(path.resolve("config.json"));
      String name = config.text("activation_function").orElse("torch.nn.modules.activation.Tanh");
      DenseModule module =
          new DenseModule(
              path,
              config.integer("in_features", 1),
              config.integer("out_features", 1),
              config.flag("bias", true),
              TorchActivation.of(name, config.where()));
      ModelConfig.note(config, NAMES_OF_INPUTS, notes);
      return module;
    }
  }
}
