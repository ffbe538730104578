package io.ganglion.runtime.model;

import java.util.List;
import java.util.Map;

/**
 * The model part of {@code manifest.json}: all that a core and a user must know about a compiled
 * model.
 *
 * @param dimensions sizes of the encoder
 * @param precision of the encoder's matrix multiplications
 * @param batchSize most requests in one batch, the default of {@code server --batch}
 * @param sequenceLength most tokens in one request, at most {@code dimensions.maxPositions()}
 * @param labels names, one for each logit
 * @param gelu form of the encoder's activation
 * @param layerNormEpsilon added to the variance
 * @param head the dense layers after the pooled output, at least one; the last gives the logits
 * @param output what turns the logits into the answer
 * @param partition what runs where
 * @param probabilityTolerance how far a core's probabilities may be from the source model's on the
 *     golden inputs before it is refused
 * @param layerPrecision layers kept in another precision than {@code precision}, by name; empty for
 *     fp32 and bf16
 * @param provenance where it came from
 */
public record ModelManifest(
    ModelDimensions dimensions,
    Precision precision,
    int batchSize,
    int sequenceLength,
    List<String> labels,
    Gelu gelu,
    float layerNormEpsilon,
    List<HeadLayer> head,
    OutputActivation output,
    Partition partition,
    double probabilityTolerance,
    Map<String, Precision> layerPrecision,
    Provenance provenance) {
  public ModelManifest {
    labels = List.copyOf(labels);
    head = List.copyOf(head);
    layerPrecision = Map.copyOf(layerPrecision);
    ManifestCheck.requireLimits(batchSize, sequenceLength, dimensions);
    ManifestCheck.requireNumbers(layerNormEpsilon, probabilityTolerance);
    ManifestCheck.requireHead(head, dimensions);
    ManifestCheck.requireLabels(labels, head);
    ManifestCheck.requireLayerPrecision(layerPrecision, precision, dimensions);
  }
}
