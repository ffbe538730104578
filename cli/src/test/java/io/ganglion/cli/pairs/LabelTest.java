package io.ganglion.cli.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelTest {
  @Test
  void aNameComesBeforeANumber() {
    List<String> reversed = List.of("1", "0");
    assertThat(new Label("1").in(reversed)).hasValue(0);
    assertThat(new Label("0").in(reversed)).hasValue(1);
  }

  @Test
  void aNumberIsAnIndexBelowTheCount() {
    List<String> names = List.of("no", "yes");
    assertThat(new Label(" 1 ").in(names)).hasValue(1);
    assertThat(new Label("1.0").in(names)).hasValue(1);
    assertThat(new Label("2").in(names)).isEmpty();
    assertThat(new Label("-1").in(names)).isEmpty();
    assertThat(new Label("0.5").in(names)).isEmpty();
    assertThat(new Label("maybe").in(names)).isEmpty();
  }

  @Test
  void aScoreIsANumber() {
    assertThat(new Label("4.750").number()).hasValue(4.75);
    assertThat(new Label("-3e-2").number()).hasValue(-0.03);
    assertThat(new Label("entailment").number()).isEmpty();
    assertThat(new Label("NaN").number()).isEmpty();
  }

  @Test
  void aLabelIsNotBlank() {
    assertThatThrownBy(() -> new Label(" ")).isInstanceOf(IllegalArgumentException.class);
  }
}
