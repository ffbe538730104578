package io.ganglion.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text, or a pair of texts, to classify. The server refuses empty texts.
 *
 * <pre>{@code
 * client.classify(new TextPair("The cat sat.", "A cat was sitting."));
 * client.classify(new TextPair("A text for a single-sentence model."));
 * }</pre>
 *
 * @param textA the first text
 * @param textB the second text; null for a model of single texts
 */
public record TextPair(String textA, @Nullable String textB) {
  /** Checks that there is a first text. */
  public TextPair {
    Objects.requireNonNull(textA, "textA");
  }

  /**
   * A single text.
   *
   * @param text the text
   */
  public TextPair(String text) {
    this(text, null);
  }
}
