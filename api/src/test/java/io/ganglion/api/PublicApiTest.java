package io.ganglion.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PublicApiTest {
  @Test
  void everyPublicTypeAndEveryFailureIsShownInUse() throws Exception {
    List<Class<?>> shown =
        PublicTypes.of(TextModel.class).stream()
            .filter(
                type ->
                    type.getEnclosingClass() == null
                        || type.getEnclosingClass() == GanglionException.class)
            .toList();

    assertThat(shown).contains(TextModel.class, GanglionException.Overloaded.class);
    for (Class<?> type : shown) {
      PublicTypes.assertShownInUse(type);
    }
  }
}
