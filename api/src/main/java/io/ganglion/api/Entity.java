package io.ganglion.api;

import java.util.Objects;

/**
 * A part of a text with its label.
 *
 * <pre>{@code
 * for (Entity entity : client.tag(text).join().entities()) {
 *   System.out.println(entity.label() + " " + text.substring(entity.start(), entity.end()));
 * }
 * }</pre>
 *
 * @param label without {@code B-} and {@code I-}, but with {@link Aggregation#NONE}
 * @param score a probability
 * @param start where it begins in the text, as {@link String#substring} counts
 * @param end where it ends, exclusive
 */
public record Entity(String label, float score, int start, int end) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the score is not finite, or the place is none
   */
  public Entity {
    Objects.requireNonNull(label, "label");
    if (!Float.isFinite(score)) {
      throw new IllegalArgumentException("a score is " + score);
    }
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "an entity from %s to %s"
              .formatted(Integer.toUnsignedString(start), Integer.toUnsignedString(end)));
    }
  }
}
