package io.ganglion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KNOWN = List.of("--port", "--metrics-port", "--dir", "--batch");

  @Test
  void aSlipOfTheFingersFindsItsName() {
    assertThat(NearestName.of("--prot", KNOWN)).contains("--port");
    assertThat(NearestName.of("--dri", KNOWN)).contains("--dir");
    assertThat(NearestName.of("--bach", KNOWN)).contains("--batch");
    assertThat(NearestName.of("--metric-port", KNOWN)).contains("--metrics-port");
  }

  @Test
  void anotherWordFindsNone() {
    assertThat(NearestName.of("--nope", KNOWN)).isEmpty();
    assertThat(NearestName.of("--timeout", KNOWN)).isEmpty();
    assertThat(NearestName.of("", KNOWN)).isEmpty();
    assertThat(NearestName.of("--port", List.of())).isEmpty();
  }

  @Property(tries = 200)
  void theDistanceIsSymmetricAndZeroForTheSame(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertThat(NearestName.distance(a, b)).isEqualTo(NearestName.distance(b, a));
    assertThat(NearestName.distance(a, a)).isZero();
    assertThat(NearestName.distance(a, b)).isBetween(0, Math.max(a.length(), b.length()));
  }
}
