package io.ganglion.client;

import java.util.List;

/**
 * What a server serves, and its limits.
 *
 * <pre>{@code
 * ModelInfo model = client.model().join();
 * System.out.println(model.name() + " " + model.labels());
 * }</pre>
 *
 * @param name the artifact's directory name
 * @param digest sha256 of the artifact's manifest, hexadecimal
 * @param version the version served; empty where the server has no versions
 * @param labels the label names, in index order
 * @param precision {@code fp32}, {@code bf16} or {@code int8}
 * @param maxSequenceLengthTokens longer inputs are cut to it, the longer text first
 * @param backend {@code cpu} or {@code nrt}
 * @param cores NeuronCores that the server runs
 * @param itemBytes largest serialized request that the server takes
 * @param streamInFlight most items in flight on one stream before the server stops reading
 */
public record ModelInfo(
    String name,
    String digest,
    String version,
    List<String> labels,
    String precision,
    int maxSequenceLengthTokens,
    String backend,
    int cores,
    int itemBytes,
    int streamInFlight) {

  /**
   * Takes an unmodifiable copy of the labels.
   *
   * @throws IllegalArgumentException when a number is negative
   */
  public ModelInfo {
    labels = List.copyOf(labels);
    if (maxSequenceLengthTokens < 0 || cores < 0 || itemBytes < 0 || streamInFlight < 0) {
      throw new IllegalArgumentException("a limit of the model is negative or too large");
    }
  }
}
