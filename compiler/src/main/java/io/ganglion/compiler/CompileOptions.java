package io.ganglion.compiler;

import io.ganglion.compiler.target.neuron.NeuronOptions;
import io.ganglion.runtime.artifact.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to compile and how.
 *
 * @param savedModel the source
 * @param output directory to write, which must not exist
 * @param precision of the encoder's matrix products
 * @param sequenceLength most tokens of a request; 0 for the source's own
 * @param batchSize most requests of a batch
 * @param vocabulary file of WordPieces; null to look for it in the source
 * @param lowerCase whether texts are lower-cased, for uncased models
 * @param labels names of the labels; empty for 0, 1, ...
 * @param tolerance largest difference of a probability; 0 for the precision's own
 * @param minAgreement least share of inputs, from 0 to 1, whose label must be the source's
 * @param verifyData TSV with pairs to compare on; null for the built-in ones
 * @param calibrationData TSV with pairs that int8 is calibrated on; null for built-in ones
 * @param crudeGelu whether to replace GELU by {@code x * sigmoid(1.702 x)}
 * @param emitSavedModel whether to write the Neuron-compatible graph as a SavedModel, too
 * @param neuron what to compile for NeuronCores beside
 * @param scope which of the source's classifiers to take; null where it holds one
 */
public record CompileOptions(
    Path savedModel,
    Path output,
    PrecisionChoice precision,
    int sequenceLength,
    int batchSize,
    @Nullable Path vocabulary,
    boolean lowerCase,
    List<String> labels,
    double tolerance,
    double minAgreement,
    @Nullable Path verifyData,
    @Nullable Path calibrationData,
    boolean crudeGelu,
    boolean emitSavedModel,
    Optional<NeuronOptions> neuron,
    @Nullable String scope) {
  public CompileOptions {
    labels = List.copyOf(labels);
    if (batchSize < 1 || sequenceLength < 0 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "Batch size, sequence length and tolerance must not be negative.");
    }
    if (!(minAgreement >= 0 && minAgreement <= 1)) {
      throw new IllegalArgumentException(
          "The label agreement is a share from 0 to 1: " + minAgreement);
    }
  }

  /** For the CPU alone, calibrated on built-in pairs. */
  public CompileOptions(
      Path savedModel,
      Path output,
      Precision precision,
      int sequenceLength,
      int batchSize,
      @Nullable Path vocabulary,
      boolean lowerCase,
      List<String> labels,
      double tolerance,
      double minAgreement,
      @Nullable Path verifyData,
      boolean crudeGelu) {
    this(
        savedModel,
        output,
        PrecisionChoice.valueOf(precision.name()),
        sequenceLength,
        batchSize,
        vocabulary,
        lowerCase,
        labels,
        tolerance,
        minAgreement,
        verifyData,
        null,
        crudeGelu,
        false,
        Optional.empty(),
        null);
  }

  /** The same, taking the classifier of this scope. */
  CompileOptions withScope(@Nullable String other) {
    return new CompileOptions(
        savedModel,
        output,
        precision,
        sequenceLength,
        batchSize,
        vocabulary,
        lowerCase,
        labels,
        tolerance,
        minAgreement,
        verifyData,
        calibrationData,
        crudeGelu,
        emitSavedModel,
        neuron,
        other);
  }

  /** The same, with the Neuron-compatible graph as a SavedModel beside. */
  CompileOptions emittingSavedModel() {
    return new CompileOptions(
        savedModel,
        output,
        precision,
        sequenceLength,
        batchSize,
        vocabulary,
        lowerCase,
        labels,
        tolerance,
        minAgreement,
        verifyData,
        calibrationData,
        crudeGelu,
        true,
        neuron,
        scope);
  }
}
