package io.ganglion.compiler.verify;

import io.ganglion.runtime.model.Task;

/** What a model's answers are, and so by which figures two models are compared. */
public enum Terms {
  /** Probabilities of labels of which exactly one applies. */
  LABELS("a probability", true),
  /** Probabilities of labels that apply independently of each other. */
  INDEPENDENT_LABELS("a probability", true),
  /** One probability without labels to choose from. */
  PROBABILITY("a probability", false),
  /** Scores: their order counts, and errors beside the spread of the source's own scores. */
  SCORES("a score, in the source's spread", false),
  /** Vectors whose directions are compared. */
  VECTORS("a direction, 1 - cosine", false),
  /** Labels of tokens, of which exactly one applies to each. */
  TOKEN_LABELS("a probability of a token", true);

  private final String measured;
  private final boolean labelled;

  Terms(String measured, boolean labelled) {
    this.measured = measured;
    this.labelled = labelled;
  }

  /**
   * What the answers of a model are.
   *
   * @param width columns of an answer
   */
  public static Terms of(Task task, int width) {
    return switch (task.kind()) {
      case SEQUENCE_EMBEDDING -> VECTORS;
      case TOKEN_CLASSIFICATION -> TOKEN_LABELS;
      case SEQUENCE_CLASSIFICATION -> classification(task, width == 1);
    };
  }

  private static Terms classification(Task task, boolean one) {
    return switch (task.output()) {
      case SOFTMAX -> one ? PROBABILITY : LABELS;
      case SIGMOID -> one ? PROBABILITY : INDEPENDENT_LABELS;
      case IDENTITY, L2_NORM -> SCORES;
    };
  }

  /** What a difference is a difference of, such as "a probability". */
  public String measured() {
    return measured;
  }

  /** Whether answers choose labels that can be kept or lost. */
  public boolean areLabelled() {
    return labelled;
  }
}
