package io.ganglion.runtime.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.Artifact;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreKindsTest {
  private static final CoreOption WAY =
      CoreOption.oneOf("the-way", "WAY", "which way", List.of("left", "right"));

  /** A kind that cannot be opened. */
  private record Kind(String kind, int preference, List<CoreOption> options)
      implements CoreProvider {
    @Override
    public Probe probe(Artifact artifact, CoreOptions options) {
      return Probe.unusable("it is a name");
    }

    @Override
    public CoreSet open(Artifact artifact, CoreOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  private static CoreProvider kind(String name, int preference, CoreOption... options) {
    return new Kind(name, preference, List.of(options));
  }

  private static CoreOptions named(String option, String value) {
    return new CoreOptions(0, 1, 0, Map.of(option, value));
  }

  @Test
  void theMostPreferredComesFirstAndEqualsByName() {
    CoreKinds kinds =
        new CoreKinds(List.of(kind("c", 0), kind("b", 0), kind("a", -1), kind("z", 7)));
    assertThat(kinds.names()).containsExactly("z", "b", "c", "a");
    assertThat(kinds.named("a").preference()).isEqualTo(-1);
  }

  @Test
  void anUnknownKindIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> new CoreKinds(List.of(kind("a", 0), kind("b", 0))).named("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no core of kind 'c': known are a, b.");
    assertThatThrownBy(() -> new CoreKinds(List.of()).named("c")).hasMessageContaining("none");
  }

  @Test
  void anOptionThatNoKindKnowsAndAValueThatItsKindDoesNotTakeAreRefusedByName() {
    CoreKinds kinds = new CoreKinds(List.of(kind("a", 0, WAY), kind("b", 0)));
    kinds.check(named("the-way", "LEFT"));
    kinds.check(CoreOptions.DEFAULT);
    assertThatThrownBy(() -> kinds.check(named("no-way", "left")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No core knows the option no-way: known are the-way.");
    assertThatThrownBy(() -> kinds.check(named("the-way", "up")))
        .hasMessage("the-way must be one of left, right, and is 'up'.");
  }

  @Test
  void twoKindsMustNotShareANameOrAnOption() {
    assertThatThrownBy(() -> new CoreKinds(List.of(kind("a", 0), kind("a", 1))))
        .hasMessageContaining("kind of core a is declared twice");
    assertThatThrownBy(() -> new CoreKinds(List.of(kind("a", 0, WAY), kind("b", 1, WAY))))
        .hasMessageContaining("option the-way is declared twice");
  }

  @Test
  void aValueIsReadInLowerCaseWhereTheValuesAreKnownAndAsItIsElsewhere() {
    CoreOption file = CoreOption.of("file", "FILE", "any file");
    CoreOptions options = CoreOptions.DEFAULT.with(WAY, "Right").with(file, "/A/b");
    assertThat(options.value(WAY)).contains("right");
    assertThat(options.value(file)).contains("/A/b");
    assertThat(CoreOptions.DEFAULT.value(file)).isEmpty();
    assertThat(named("the-way", "LEFT").value(WAY)).contains("left");
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new CoreOptions(-1, 1, 0, Map.of())).hasMessageContaining("-1");
    assertThatThrownBy(() -> new CoreOptions(0, 0, 0, Map.of())).hasMessageContaining("thread");
    assertThatThrownBy(() -> CoreOption.of("No Name", "X", "")).hasMessageContaining("No Name");
  }
}
