package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the geometry of charts. The plot spans 70 to 840 across and 34 to 254 down. */
class ChartTest {
  private static final Pattern LINE =
      Pattern.compile("<polyline class=\"line ([a-z]+)\" points=\"([^\"]*)\"");

  private static Axis across(double to) {
    return Axis.seconds(to);
  }

  private static String drawn(String svg, String style) {
    Matcher line = LINE.matcher(svg);
    while (line.find()) {
      if (line.group(1).equals(style)) {
        return line.group(2).strip();
      }
    }
    throw new AssertionError("no line " + style + " in " + svg);
  }

  private static List<Chart.Point> points(int count) {
    List<Chart.Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      points.add(new Chart.Point(i, i));
    }
    return points;
  }

  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::text).toList();
  }

  @Test
  void theCornersOfTheAxesAreTheCornersOfThePlot() {
    String svg =
        new Chart(across(10), Axis.fromZero("ms", 100))
            .line("x", "one", List.of(new Chart.Point(0, 0), new Chart.Point(10, 100)))
            .svg();
    assertThat(drawn(svg, "one")).isEqualTo("70.0,254.0 840.0,34.0");
  }

  @Test
  void theMiddleIsInTheMiddle() {
    String svg =
        new Chart(across(10), Axis.fromZero("ms", 100))
            .line("x", "one", List.of(new Chart.Point(5, 50)))
            .svg();
    assertThat(drawn(svg, "one")).isEqualTo("455.0,144.0");
  }

  @Test
  void whatIsBeyondAnAxisIsDrawnAtItsEnd() {
    String svg =
        new Chart(across(10), Axis.fromZero("ms", 100))
            .line("x", "one", List.of(new Chart.Point(-3, 900), new Chart.Point(99, -1)))
            .svg();
    assertThat(drawn(svg, "one")).isEqualTo("70.0,34.0 840.0,254.0");
  }

  @Test
  void aFewPointsAreShownAsSuchAndManyAreNot() {
    Chart few = new Chart(across(10), Axis.fromZero("ms", 9)).line("x", "two", points(3));
    assertThat(few.svg().split("<circle class=\"dot two\"", -1)).hasSize(4);
    Chart many = new Chart(across(99), Axis.fromZero("ms", 99)).line("x", "two", points(31));
    assertThat(many.svg()).doesNotContain("<circle");
  }

  @Test
  void aLevelRunsFromSideToSideWithoutPoints() {
    String svg = new Chart(across(10), Axis.fromZero("ms", 100)).level("limit", 25).svg();
    assertThat(drawn(svg, "level")).isEqualTo("70.0,199.0 840.0,199.0");
    assertThat(svg).doesNotContain("<circle").contains("● limit");
  }

  @Test
  void namesAreEscaped() {
    String svg =
        new Chart(across(1), Axis.fromZero("a<b & \"c\"", 1)).line("<l>", "one", points(1)).svg();
    assertThat(svg).contains("a&lt;b &amp; &quot;c&quot;", "● &lt;l&gt;").doesNotContain("<l>");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.7, 0.8",
    "1, 1",
    "1.01, 2",
    "3, 4",
    "5, 6",
    "8, 8",
    "8.1, 10",
    "10, 10",
    "11, 20",
    "4321, 6000",
    "99999, 100000",
    "0.0031, 0.004"
  })
  void theTopIsARoundNumberThatIsNotBelowTheHighestValue(double highest, double top) {
    Axis axis = Axis.fromZero("ms", highest);
    assertThat(axis.to()).isCloseTo(top, within(1e-12));
    assertThat(axis.ticks()).hasSize(5);
    assertThat(axis.part(0)).isZero();
    assertThat(axis.part(axis.to())).isEqualTo(1);
  }

  @Test
  void smallNumbersHaveAFractionAndLargeOnesASeparator() {
    assertThat(texts(Axis.fromZero("ms", 1))).containsExactly("0", "0.25", "0.5", "0.75", "1");
    assertThat(texts(Axis.fromZero("x", 8000)))
        .containsExactly("0", "2,000", "4,000", "6,000", "8,000");
  }

  @Test
  void secondsHaveAtMostADozenMarks() {
    assertThat(texts(Axis.seconds(3.2))).containsExactly("0", "1", "2", "3");
    assertThat(texts(Axis.seconds(600))).hasSizeBetween(10, 12).contains("60", "600");
    assertThat(texts(Axis.seconds(0.4))).containsExactly("0");
  }

  @Test
  void eachNineOfAPercentileIsAsLong() {
    Axis axis = Axis.percentiles(99.9);
    assertThat(axis.part(0)).isZero();
    assertThat(axis.part(90)).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(axis.part(99)).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(axis.part(99.9)).isEqualTo(1);
    assertThat(texts(axis)).containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %");
    assertThat(texts(Axis.percentiles(95))).containsExactly("0 %", "50 %", "90 %");
  }

  @Test
  void equalFactorsAreEqualLengthsOnALogarithmicAxis() {
    Axis axis = Axis.logarithmic("ms", 1, 10_000);
    assertThat(axis.part(10)).isCloseTo(0.25, within(1e-9));
    assertThat(axis.part(100)).isCloseTo(0.5, within(1e-9));
    assertThat(texts(axis)).containsExactly("1", "10", "100", "1,000", "10,000");
  }

  @Test
  void aLogarithmicAxisIsRoundedOutwardsAndMarkedFinelyWhereItIsShort() {
    Axis axis = Axis.logarithmic("/s", 60, 430);
    assertThat(axis.from()).isCloseTo(50, within(1e-9));
    assertThat(axis.to()).isCloseTo(500, within(1e-9));
    assertThat(texts(axis)).containsExactly("50", "100", "200", "500");
    assertThat(texts(Axis.logarithmic("ms", 0.02, 0.3)))
        .containsExactly("0.02", "0.05", "0.1", "0.2", "0.5");
  }

  @Test
  void aLogarithmicAxisOfOneValueHasALength() {
    Axis axis = Axis.logarithmic("/s", 50, 50);
    assertThat(axis.to()).isGreaterThan(axis.from());
    assertThat(axis.part(50)).isBetween(0.0, 1.0);
  }

  @Test
  void percentHasAMarkAtEachStep() {
    assertThat(texts(Axis.percent("share", 100, 25)))
        .containsExactly("0 %", "25 %", "50 %", "75 %", "100 %");
  }
}
