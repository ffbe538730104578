package io.ganglion.flink;

import io.ganglion.api.ModelInfo;
import org.jspecify.annotations.Nullable;

/** What is asked of a model. */
enum Task {
  /** The label of a text or a pair. */
  CLASSIFY("classify", ModelInfo.Kind.CLASSIFICATION),
  /** The one score of a pair, as cross-encoders give it. */
  SCORE("score", ModelInfo.Kind.CLASSIFICATION),
  /** The vector of a text. */
  EMBED("embed", ModelInfo.Kind.EMBEDDING);

  private final String word;
  private final ModelInfo.Kind kind;

  Task(String word, ModelInfo.Kind kind) {
    this.word = word;
    this.kind = kind;
  }

  /** How options call it. */
  String word() {
    return word;
  }

  /** Why this model cannot do it, one sentence; null if it can. */
  @Nullable String complaint(ModelInfo model) {
    if (model.task().kind() != kind) {
      return "the task '%s' is not one of the model '%s', whose kind is %s"
          .formatted(word, model.name(), model.task().kind());
    }
    if (this == SCORE && model.labels().size() != 1) {
      return "the task 'score' needs a model of one label, and '%s' has %d: use 'classify'"
          .formatted(model.name(), model.labels().size());
    }
    return null;
  }
}
