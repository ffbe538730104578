package io.ganglion.engine.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Entity;
import io.ganglion.runtime.text.PlacedTokens;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityFinderTest {
  private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");

  /** A text whose tokens are given one after the other, with the probabilities of their labels. */
  private static final class Text {
    private final List<Integer> words = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final List<float[]> rows = new ArrayList<>();
    private int at;

    private void add(int word, int start, int end, float[] row) {
      words.add(word);
      starts.add(start);
      ends.add(end);
      rows.add(row);
    }

    Text special() {
      add(-1, 0, 0, row("B-LOC", 1f)); // would be an entity, if anybody asked
      return this;
    }

    /** The first token of a word, behind a space. */
    Text word(int length, float[] row) {
      int word = words.stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
      at += at == 0 ? 0 : 1;
      add(word, at, at + length, row);
      at += length;
      return this;
    }

    /** A further token of the same word. */
    Text more(int length, float[] row) {
      add(words.get(words.size() - 1), at, at + length, row);
      at += length;
      return this;
    }

    List<Entity> entities(Aggregation aggregation) {
      int size = words.size();
      float[] values = new float[size * LABELS.size()];
      for (int i = 0; i < size; i++) {
        System.arraycopy(rows.get(i), 0, values, i * LABELS.size(), LABELS.size());
      }
      PlacedTokens placed =
          new PlacedTokens(
              new TokenSequence(new int[size], new int[size]),
              new int[size],
              ints(words),
              ints(starts),
              ints(ends),
              false);
      return new EntityFinder(LABELS).find(placed, values, aggregation);
    }

    private static int[] ints(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** A row in which the others share what the label leaves. */
  private static float[] row(String label, float probability) {
    float[] row = new float[LABELS.size()];
    java.util.Arrays.fill(row, (1 - probability) / (LABELS.size() - 1));
    row[LABELS.indexOf(label)] = probability;
    return row;
  }

  /** "Marie Cu|rie Lyon", where the parts of the second word disagree. */
  private static Text disagreeing() {
    return new Text()
        .special()
        .word(5, row("B-PER", 0.9f))
        .word(2, row("I-PER", 0.5f))
        .more(3, row("B-LOC", 0.8f))
        .word(4, row("I-LOC", 0.7f))
        .special();
  }

  @Test
  void withoutAggregationEachTokenKeepsItsWholeLabel() {
    assertThat(disagreeing().entities(Aggregation.NONE))
        .containsExactly(
            new Entity("B-PER", 0.9f, 0, 5),
            new Entity("I-PER", 0.5f, 6, 8),
            new Entity("B-LOC", 0.8f, 8, 11),
            new Entity("I-LOC", 0.7f, 12, 16));
  }

  @Test
  void simpleJoinsTokensEvenWithinAWordAndTakesTheMeanScore() {
    assertThat(disagreeing().entities(Aggregation.SIMPLE))
        .containsExactly(new Entity("PER", 0.7f, 0, 8), new Entity("LOC", 0.75f, 8, 16));
  }

  @Test
  void firstTakesTheLabelOfAWordsFirstToken() {
    assertThat(disagreeing().entities(Aggregation.FIRST))
        .containsExactly(new Entity("PER", 0.7f, 0, 11), new Entity("LOC", 0.7f, 12, 16));
  }

  @Test
  void maxTakesTheLabelOfAWordsSurestToken() {
    assertThat(disagreeing().entities(Aggregation.MAX))
        .containsExactly(new Entity("PER", 0.9f, 0, 5), new Entity("LOC", 0.75f, 6, 16));
  }

  @Test
  void averageTakesTheLabelWithTheHighestMean() {
    List<Entity> entities = disagreeing().entities(Aggregation.AVERAGE);
    assertThat(entities).extracting(Entity::label).containsExactly("PER", "LOC");
    float mean = (0.8f + 0.125f) / 2; // of B-LOC over both tokens
    assertThat(entities.get(1).score()).isCloseTo((mean + 0.7f) / 2, offset(1e-6f));
  }

  @Test
  void aBeginningEndsAnEntityOfTheSameKindAndNoEntityParts() {
    List<Entity> entities =
        new Text()
            .word(1, row("B-PER", 0.9f))
            .word(1, row("B-PER", 0.9f))
            .word(1, row("O", 0.9f))
            .word(1, row("I-PER", 0.9f))
            .entities(Aggregation.SIMPLE);
    assertThat(entities)
        .extracting(Entity::start, Entity::end)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, 1),
            org.assertj.core.groups.Tuple.tuple(2, 3),
            org.assertj.core.groups.Tuple.tuple(6, 7));
  }

  @Test
  void labelsWithoutAMarkJoinTheirLikeAndKeepTheirNames() {
    PlacedTokens two =
        new PlacedTokens(
            new TokenSequence(new int[2], new int[2]),
            new int[2],
            new int[] {0, 1},
            new int[] {0, 2},
            new int[] {1, 3},
            false);
    EntityFinder finder = new EntityFinder(List.of("O", "PART-OF"));
    assertThat(finder.find(two, new float[] {0, 1, 0, 1}, Aggregation.SIMPLE))
        .containsExactly(new Entity("PART-OF", 1f, 0, 3));
    assertThatThrownBy(() -> finder.find(two, new float[3], Aggregation.SIMPLE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
