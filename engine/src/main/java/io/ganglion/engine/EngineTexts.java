package io.ganglion.engine;

import io.ganglion.engine.model.ServedModel;
import org.jspecify.annotations.Nullable;

/** Checks the texts of callers as a server does. Stateless. */
final class EngineTexts {
  private EngineTexts() {}

  /**
   * What is wrong with a text, one clause; null if nothing is.
   *
   * @param name for the message
   */
  static @Nullable String complaint(ServedModel model, String name, String text) {
    if (text.isEmpty()) {
      return name + " is empty";
    }
    return model.hasTokens(text) ? null : name + " has no tokens: nothing but spaces";
  }
}
