package io.ganglion.compiler.verify;

/** Why a comparison that was passed proves less than it seems to. */
public enum Doubt {
  /** The source hesitates on every input, so no label could be lost. */
  NO_CLEAR_LABEL,
  /** The source is sure of so few inputs that one of them is a percentage. */
  FEW_CLEAR_LABELS,
  /** The source gives every input the same score, so no order could be lost. */
  SCORES_ALL_ALIKE,
  /** int8 depends on the texts, and nobody has given texts of the model's own kind. */
  BUILT_IN_TEXTS
}
