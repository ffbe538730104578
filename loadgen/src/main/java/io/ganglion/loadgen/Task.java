package io.ganglion.loadgen;

import java.util.Locale;

/** What the model is asked. Lower-case on the command line. */
enum Task {
  CLASSIFY,
  RERANK,
  EMBED,
  TAG;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
