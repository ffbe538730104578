package io.ganglion.runtime.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * What a model answers. The encoder gives a row for each token. {@code pooling} turns them into the
 * rows that the head reads, and {@code output} turns each row of the head's result into the answer.
 * Special tokens count as tokens.
 *
 * @param kind what the answer is
 * @param pooling NONE for labels of tokens only
 * @param output one that fits the kind
 */
public record Task(Kind kind, Pooling pooling, OutputActivation output) {
  /** Kinds of answers. */
  public enum Kind {
    /** A score for each label, for each request. A regression has one label. */
    @JsonProperty("sequence_classification")
    SEQUENCE_CLASSIFICATION("sequence classification"),
    /** A vector for each request. */
    @JsonProperty("sequence_embedding")
    SEQUENCE_EMBEDDING("sequence embedding"),
    /** A score for each label, for each token of a request. */
    @JsonProperty("token_classification")
    TOKEN_CLASSIFICATION("token classification");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The name for people. */
    @Override
    public String toString() {
      return text;
    }
  }

  public Task {
    if ((pooling == Pooling.NONE) != (kind == Kind.TOKEN_CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "The pooling %s does not fit %s.".formatted(pooling, kind));
    }
    boolean fits =
        switch (output) {
          case SOFTMAX -> kind != Kind.SEQUENCE_EMBEDDING;
          case SIGMOID -> kind == Kind.SEQUENCE_CLASSIFICATION;
          case IDENTITY -> kind != Kind.TOKEN_CLASSIFICATION;
          case L2_NORM -> kind == Kind.SEQUENCE_EMBEDDING;
        };
    if (!fits) {
      throw new IllegalArgumentException("The output %s does not fit %s.".formatted(output, kind));
    }
  }

  /** For people: the kind, and the pooling where the kind leaves it open. */
  @Override
  public String toString() {
    return switch (kind) {
      case SEQUENCE_CLASSIFICATION -> pooling == Pooling.FIRST ? kind.toString() : kind + pooled();
      case SEQUENCE_EMBEDDING -> kind + pooled();
      case TOKEN_CLASSIFICATION -> kind.toString();
    };
  }

  private String pooled() {
    return " (pooling " + pooling.name().toLowerCase(Locale.ROOT) + ")";
  }

  /** Labels of a sequence, from the row of its first token. */
  public static Task classification(OutputActivation output) {
    return new Task(Kind.SEQUENCE_CLASSIFICATION, Pooling.FIRST, output);
  }

  /**
   * A vector of a sequence.
   *
   * @param unit whether vectors are brought to the length 1
   */
  public static Task embedding(Pooling pooling, boolean unit) {
    OutputActivation output = unit ? OutputActivation.L2_NORM : OutputActivation.IDENTITY;
    return new Task(Kind.SEQUENCE_EMBEDDING, pooling, output);
  }

  /** One label of each token. */
  public static Task tokens() {
    return new Task(Kind.TOKEN_CLASSIFICATION, Pooling.NONE, OutputActivation.SOFTMAX);
  }

  /** Whether the columns of an answer have labels. */
  public boolean labelled() {
    return kind != Kind.SEQUENCE_EMBEDDING;
  }

  /** Rows of the answers to this many requests with this many tokens together. */
  public int rows(int requests, int tokens) {
    return pooling == Pooling.NONE ? tokens : requests;
  }
}
