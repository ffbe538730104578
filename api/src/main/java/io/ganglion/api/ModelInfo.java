package io.ganglion.api;

import java.util.List;

/**
 * A model, and the limits of where it runs.
 *
 * <pre>{@code
 * ModelInfo model = client.model().join();
 * System.out.println(model.name() + " " + model.labels());
 * }</pre>
 *
 * @param name the artifact's directory name
 * @param digest sha256 of the artifact's manifest, hexadecimal
 * @param version the version; empty if it has no number
 * @param task what it answers
 * @param labels the label names, in index order; none for vectors
 * @param precision {@code fp32}, {@code bf16} or {@code int8}
 * @param maxSequenceLengthTokens longer inputs are cut to it, the longer text first
 * @param backend {@code cpu} or {@code nrt}
 * @param cores number of cores that run it
 * @param itemBytes bytes of UTF-8 of the largest text or pair that is taken
 * @param streamInFlight most items in flight on one stream before a server stops reading; 0 where
 *     there are no streams
 */
public record ModelInfo(
    String name,
    String digest,
    String version,
    Task task,
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

  /**
   * What a model answers.
   *
   * <pre>{@code
   * if (client.model().join().task().kind() == ModelInfo.Kind.EMBEDDING) {
   *   client.embed(texts);
   * }
   * }</pre>
   *
   * @param kind which calls it answers
   * @param output what the values of an answer are
   * @param embeddingDimensions number of values of a vector; 0 for other kinds
   * @param takesPairs whether a request may be two texts
   */
  public record Task(Kind kind, Output output, int embeddingDimensions, boolean takesPairs) {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Task {
      if (embeddingDimensions < 0) {
        throw new IllegalArgumentException("a size of the model is negative or too large");
      }
    }
  }

  /** Kinds of tasks. */
  public enum Kind {
    /** Labels of a text or pair: classify, and rerank if there is one label. */
    CLASSIFICATION,
    /** A vector of a text: embed. */
    EMBEDDING,
    /** Labels of tokens: tag. */
    TAGGING,
    /** One that this version does not know. */
    UNKNOWN
  }

  /** What values are. */
  public enum Output {
    /** Probabilities that sum to 1. */
    SOFTMAX,
    /** Probabilities of independent labels. */
    SIGMOID,
    /** Plain values. */
    IDENTITY,
    /** A vector of the length 1. */
    L2_NORM,
    /** Something that this version does not know. */
    UNKNOWN
  }
}
