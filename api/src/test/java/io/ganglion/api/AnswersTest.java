package io.ganglion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
  @Test
  void whatNoModelCanHaveAnsweredIsRefused() {
    assertThatThrownBy(() -> new Entity("PER", Float.NaN, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Entity("PER", 1, 2, 1)).hasMessageContaining("from 2 to 1");
    assertThatThrownBy(() -> new TaggedText(List.of(), -1, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Embedding(new float[0], 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Embedding(new float[] {Float.POSITIVE_INFINITY}, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Classification.LabelScore("a", Float.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new ModelInfo.Task(ModelInfo.Kind.EMBEDDING, ModelInfo.Output.IDENTITY, -1, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void answersDoNotChangeWithWhatTheyWereMadeOf() {
    float[] values = {1, 2};
    Embedding embedding = new Embedding(values, 3);
    values[0] = 9;
    embedding.values()[1] = 9;
    assertThat(embedding).isEqualTo(new Embedding(new float[] {1, 2}, 3));
    List<Entity> entities = new ArrayList<>(List.of(new Entity("PER", 1, 0, 1)));
    TaggedText text = new TaggedText(entities, 3, false);
    entities.clear();
    assertThat(text.entities()).hasSize(1);
  }
}
