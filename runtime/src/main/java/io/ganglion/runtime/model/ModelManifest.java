package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model part of {@code manifest.json}: all that a core and a user must know about a compiled
 * model.
 *
 * @param dimensions sizes of the encoder
 * @param precision of the encoder's matrix multiplications
 * @param batchSize most requests in one batch, the default of {@code server --batch}
 * @param sequenceLength most tokens in one request, at most {@code dimensions.maxPositions()}
 * @param task what it answers
 * @param labels names of the answer's columns; none for an embedding
 * @param activation between the two dense layers at the end of an encoder layer
 * @param layerNormEpsilon added to the variance
 * @param head the dense layers after the encoder, in order; may be empty for an embedding
 * @param partition what runs where
 * @param tolerance how far a value of a core's answer may be from the source model's on the golden
 *     inputs before it is refused
 * @param layerPrecision layers kept in another precision than {@code precision}, by name; empty for
 *     fp32 and bf16
 * @param provenance where it came from
 */
public record ModelManifest(
    ModelDimensions dimensions,
    Precision precision,
    int batchSize,
    int sequenceLength,
    Task task,
    List<String> labels,
    Activation activation,
    float layerNormEpsilon,
    List<HeadLayer> head,
    Partition partition,
    double tolerance,
    Map<String, Precision> layerPrecision,
    Provenance provenance) {
  public ModelManifest {
    labels = List.copyOf(labels);
    head = List.copyOf(head);
    layerPrecision = Map.copyOf(layerPrecision);
    ManifestCheck.requireLimits(batchSize, sequenceLength, dimensions);
    ManifestCheck.requireNumbers(layerNormEpsilon, tolerance);
    ManifestCheck.requireHead(head, dimensions);
    ManifestCheck.requireActivation(activation);
    ManifestCheck.requireLabels(labels, task, outputWidth(head, dimensions));
    ManifestCheck.requireLayerPrecision(layerPrecision, precision, dimensions);
  }

  /** The name that the model was compiled with, if any. */
  @JsonIgnore
  public Optional<String> name() {
    return provenance.setting("name");
  }

  /** Columns of the head's result, and so of an answer. */
  public int outputWidth() {
    return outputWidth(head, dimensions);
  }

  private static int outputWidth(List<HeadLayer> head, ModelDimensions dimensions) {
    return head.isEmpty() ? dimensions.hiddenSize() : head.get(head.size() - 1).outputs();
  }

  /**
   * The answer to a request, a fresh array.
   *
   * @param outputs what a core gave for the request: a row, or a row for each token
   */
  public float[] answer(float[] outputs) {
    return task.output().apply(outputs, outputWidth());
  }
}
