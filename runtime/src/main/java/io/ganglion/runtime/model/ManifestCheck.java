package io.ganglion.runtime.model;

import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what must hold for every {@link ModelManifest}; throws IllegalArgumentException. */
final class ManifestCheck {
  /** [CLS], one token, [SEP]. */
  private static final int MIN_SEQUENCE_LENGTH = 3;

  private ManifestCheck() {}

  static void requireLimits(int batchSize, int sequenceLength, ModelDimensions dimensions) {
    require(batchSize >= 1, "The batch size must be at least 1: " + batchSize);
    require(
        sequenceLength >= MIN_SEQUENCE_LENGTH && sequenceLength <= dimensions.maxPositions(),
        "The sequence length must be between %d and the %d rows of the position table: %d"
            .formatted(MIN_SEQUENCE_LENGTH, dimensions.maxPositions(), sequenceLength));
  }

  static void requireNumbers(float layerNormEpsilon, double tolerance) {
    require(
        Float.isFinite(layerNormEpsilon) && layerNormEpsilon > 0,
        "The layer-norm epsilon must be finite and above 0: " + layerNormEpsilon);
    require(
        Double.isFinite(tolerance) && tolerance > 0,
        "The tolerance must be finite and above 0: " + tolerance);
  }

  static void requireActivation(Activation activation) {
    require(activation != Activation.NONE, "The encoder's layers need an activation.");
  }

  static void requireLabels(List<String> labels, Task task, int outputs) {
    require(
        labels.size() == (task.labelled() ? outputs : 0),
        "%d labels do not fit the %d outputs of a %s."
            .formatted(labels.size(), outputs, task.kind()));
    Set<String> distinct = new HashSet<>();
    for (String label : labels) {
      require(!label.isBlank(), "A label is blank.");
      require(distinct.add(label), "Two labels are called " + label + ".");
    }
  }

  static void requireHead(List<HeadLayer> head, ModelDimensions dimensions) {
    int width = dimensions.hiddenSize();
    Set<String> names = new HashSet<>();
    for (HeadLayer layer : head) {
      require(
          layer.inputs() == width,
          "Head layer %s reads %d columns, but the layer before it writes %d."
              .formatted(layer.name(), layer.inputs(), width));
      require(
          !layer.name().isBlank() && names.add(layer.name()) && !isReserved(layer.name()),
          "A head layer needs a name of its own: '" + layer.name() + "'");
      width = layer.outputs();
    }
  }

  private static boolean isReserved(String name) {
    return name.startsWith("encoder.") || name.startsWith("embeddings.");
  }

  static void requireLayerPrecision(
      Map<String, Precision> layerPrecision, Precision precision, ModelDimensions dimensions) {
    for (Map.Entry<String, Precision> entry : layerPrecision.entrySet()) {
      require(
          isEncoderMatrix(entry.getKey(), dimensions.layers()),
          "There is no encoder matrix " + entry.getKey() + " to have a precision of its own.");
      require(
          entry.getValue() != precision,
          entry.getKey() + " is listed with the precision that it has anyway: " + precision);
    }
  }

  private static boolean isEncoderMatrix(String name, int layers) {
    String[] parts = name.split("\\.", 3);
    if (parts.length != 3 || parts[1].isEmpty() || parts[1].length() > 9) {
      return false;
    }
    if (!parts[1].chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    int layer = Integer.parseInt(parts[1]);
    for (Dense dense : Dense.values()) {
      if (layer < layers && name.equals(dense.name(layer))) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
