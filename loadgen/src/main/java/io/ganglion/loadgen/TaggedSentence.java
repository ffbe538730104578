package io.ganglion.loadgen;

import io.ganglion.api.Entity;
import io.ganglion.api.TaggedText;
import io.ganglion.cli.pairs.Label;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text whose entities are asked for.
 *
 * @param entities those that it has; null if they are not known
 */
record TaggedSentence(String text, @Nullable List<Label.Span> entities) implements Question {
  @Override
  public int words() {
    return Question.words(text);
  }

  /** Counts the entities that were found with the right label at the right place. */
  Judgement judge(TaggedText answer) {
    if (entities == null) {
      return Judgement.NONE;
    }
    Set<Label.Span> found =
        answer.entities().stream().map(TaggedSentence::span).collect(Collectors.toSet());
    int right = (int) entities.stream().filter(found::contains).count();
    return new Judgement.Tagged(right, found.size(), entities.size());
  }

  private static Label.Span span(Entity entity) {
    return new Label.Span(entity.label(), entity.start(), entity.end());
  }
}
