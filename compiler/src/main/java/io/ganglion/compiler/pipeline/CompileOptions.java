package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.backend.neuron.NeuronOptions;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.runtime.model.Activation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to compile and how. Immutable; {@code with} gives a changed copy.
 *
 * @param source path of a source of any installed kind
 * @param output directory to write; must not exist
 * @param types number types in which the encoder computes
 * @param shape shape of the largest batch
 * @param text how texts are encoded and labels are named
 * @param gate what the result must meet to be kept
 * @param rewriting changes to the model, and whether to write the graph
 * @param neuron what to compile for NeuronCores, too
 * @param scope which of the source's classifiers to take; null if it holds one
 * @param name what servers call the model; null for the name of its folder
 */
public record CompileOptions(
    Path source,
    Path output,
    NumberTypes types,
    Shape shape,
    Text text,
    Gate gate,
    Rewriting rewriting,
    Optional<NeuronOptions> neuron,
    @Nullable String scope,
    @Nullable String name) {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._:/@+-]{0,99}");

  public CompileOptions {
    if (name != null && !NAME.matcher(name).matches()) {
      throw new SettingException(
          "The name of a model begins with a letter or digit and has up to 100 of them, spaces and"
              + " . _ : / @ + -, not '"
              + name
              + "'.");
    }
  }

  /**
   * The shape of the largest batch.
   *
   * @param sequenceLength most tokens of a request; 0 for the source's own
   * @param batchSize most requests
   */
  public record Shape(int sequenceLength, int batchSize) {
    public Shape {
      if (sequenceLength < 0 || batchSize < 1) {
        throw new SettingException(
            "The sequence length must not be negative, and the batch size is at least 1: "
                + sequenceLength
                + ", "
                + batchSize);
      }
    }
  }

  /**
   * How texts are encoded and labels are named.
   *
   * @param vocabulary file of WordPieces; null to look for it in the source
   * @param lowerCase whether texts are lower-cased, for uncased models
   * @param labels names of the labels; empty for 0, 1, ...
   */
  public record Text(@Nullable Path vocabulary, boolean lowerCase, List<String> labels) {
    public Text {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Changes to the model's graph, and whether to write it.
   *
   * @param crudeGelu whether to replace GELU by {@code x * sigmoid(1.702 x)}
   * @param narrowLayerNorms whether the graph's layer norms are in 16 bits if its products are; the
   *     CPU core's stay in fp32
   * @param emitSavedModel whether to write the Neuron-compatible graph as a SavedModel, too
   */
  public record Rewriting(boolean crudeGelu, boolean narrowLayerNorms, boolean emitSavedModel) {
    /** Changes nothing and writes no SavedModel. */
    public static final Rewriting NONE = new Rewriting(false, false, false);

    /** Changes nothing and writes a SavedModel. */
    public static final Rewriting EMITTED = new Rewriting(false, false, true);
  }

  /**
   * Options for the CPU alone: up to 4 uncased requests in a batch, and each precision's own gate
   * on built-in pairs.
   */
  public static CompileOptions of(Path source, Path output, PrecisionChoice precision) {
    return new CompileOptions(
        source,
        output,
        NumberTypes.of(precision),
        new Shape(0, 4),
        new Text(null, true, List.of()),
        Gate.usual(),
        Rewriting.NONE,
        Optional.empty(),
        null,
        null);
  }

  /** The wanted precision of the artifact. */
  public PrecisionChoice precision() {
    return types.precision();
  }

  /** The activation of the compiled encoder, in the place of the source's own. */
  Activation activation(Activation own) {
    return rewriting.crudeGelu() && own.isGelu() ? Activation.GELU_SIGMOID : own;
  }

  /** Whether these options change what a model computes, beyond its precision. */
  boolean approximates(Activation own) {
    return activation(own) != own;
  }

  /** A copy that takes the classifier of this scope. */
  public CompileOptions withScope(@Nullable String other) {
    return new CompileOptions(
        source, output, types, shape, text, gate, rewriting, neuron, other, name);
  }

  public CompileOptions with(NumberTypes other) {
    return new CompileOptions(
        source, output, other, shape, text, gate, rewriting, neuron, scope, name);
  }

  public CompileOptions with(Shape other) {
    return new CompileOptions(
        source, output, types, other, text, gate, rewriting, neuron, scope, name);
  }

  public CompileOptions with(Text other) {
    return new CompileOptions(
        source, output, types, shape, other, gate, rewriting, neuron, scope, name);
  }

  public CompileOptions with(Gate other) {
    return new CompileOptions(
        source, output, types, shape, text, other, rewriting, neuron, scope, name);
  }

  public CompileOptions with(Rewriting other) {
    return new CompileOptions(source, output, types, shape, text, gate, other, neuron, scope, name);
  }
}
