package io.ganglion.api;

import java.util.List;

/**
 * The entities of a text.
 *
 * <pre>{@code
 * TaggedText tagged = client.tag("Marie Curie was born in Warsaw.").join();
 * tagged.entities().forEach(System.out::println);
 * }</pre>
 *
 * @param entities in the order of the text
 * @param inputTokens number of tokens of the text, special ones included
 * @param truncated whether the end of the text was cut off, because it is longer than the model
 *     takes
 */
public record TaggedText(List<Entity> entities, int inputTokens, boolean truncated) {
  /**
   * Takes an unmodifiable copy of the entities.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public TaggedText {
    entities = List.copyOf(entities);
    if (inputTokens < 0) {
      throw new IllegalArgumentException("a count is negative or too large");
    }
  }
}
