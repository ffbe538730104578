package io.ganglion.api;

import java.util.List;

/**
 * The model that a server serves, and the server's limits.
 *
 * <pre>{@code
 * ModelInfo model = client.model().join();
 * System.out.println(model.name() + " " + model.labels());
 * }</pre>
 *
 * @param name the artifact's directory name
 * @param digest sha256 of the artifact's manifest, hexadecimal
 * @param version the served version; empty if the server has no folder of versions
 * @param labels the label names, in index order
 * @param precision {@code fp32}, {@code bf16} or {@code int8}
 * @param maxSequenceLengthTokens longer inputs are cut to it, the longer text first
 * @param backend {@code cpu} or {@code nrt}
 * @param cores number of NeuronCores that the server runs
 * @param itemBytes size of the largest serialized request that the server takes
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
   * @throws IllegalArgumentException if a number is negative
   */
  public ModelInfo {
    labels = List.copyOf(labels);
    if (maxSequenceLengthTokens < 0 || cores < 0 || itemBytes < 0 || streamInFlight < 0) {
      throw new IllegalArgumentException("a limit of the model is negative or too large");
    }
  }
}
