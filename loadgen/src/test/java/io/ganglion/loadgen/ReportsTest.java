package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests the contents of the three forms of a report. */
class ReportsTest {
  private static final Verdict WELL = new Verdict(List.of(), List.of());
  private static final Slo OBJECTIVE = Slo.parse("p99=130ms");
  private static final RunReport RUN = Runs.report(500, 10, 20, 30, 40);

  private static final RunReport BAD =
      Runs.report(
          500,
          new Verdict(List.of("sent <late>"), List.of("2 of 6 requests failed")),
          Map.of("UNAVAILABLE", 2L),
          10,
          20,
          30,
          40);

  private static RateStudy study(OptionalDouble capacity) {
    Trial kept = new Trial(Runs.report(50, 10, 20), Optional.empty());
    Trial missed =
        new Trial(Runs.report(100, 10, 20, 500, 600), Optional.of("50.00 % within 130 ms"));
    return new RateStudy(
        "sweep of loads",
        "50.0/s keep p99 under 130 ms",
        true,
        List.of(OBJECTIVE),
        capacity,
        List.of(missed, kept),
        Optional.of(RUN));
  }

  private static String text(RunReport report) {
    return TextReport.of(report, Runs.PROVENANCE);
  }

  private static String html(RunReport report) {
    return HtmlReport.of(report, Runs.PROVENANCE);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  /** The points of the first line after a heading. */
  private static String line(String html, String heading) {
    Matcher line =
        Pattern.compile("<polyline class=\"line one\" points=\"([^\"]*)\"")
            .matcher(html.substring(html.indexOf("<h2>" + heading)));
    assertThat(line.find()).as(heading).isTrue();
    return line.group(1).strip();
  }

  @Test
  void theTextHasEachFigureOnALineOfItsOwn() {
    assertThat(text(RUN).lines())
        .contains(
            "scripted run",
            "requests    4 ok, 0 failed",
            "seconds     1.000",
            "throughput  4.0 requests/s",
            "planned     500.0 requests/s",
            "accuracy    0.7500 (3 of 4)",
            "lengths     words a pair: 2",
            "loadgen     0.250 of a core",
            "verdict     load VALID, server OK")
        .anyMatch(l -> l.matches("latency ms {2}p50 20\\.0.. {2}p90 40\\.0.. .* max 40\\.0.. .*"))
        .anyMatch(
            l ->
                l.matches(
                    "server ms {3}queue p50 2\\.00. p99 .* inference p50 3\\.00. .* batch mean 4\\.0"));
  }

  @Test
  void aVerdictThatIsNotGoodIsExplained() {
    assertThat(text(BAD).lines())
        .contains(
            "verdict     load INVALID, server FAILED: sent <late>; 2 of 6 requests failed",
            "            (" + Verdict.MEANING + ")",
            "            2 UNAVAILABLE: the <first> message");
    assertThat(text(RUN)).doesNotContain(Verdict.MEANING);
  }

  @Test
  void everyFormSaysWhenWhereAndWithWhatItWasMeasured() throws IOException {
    for (String form :
        List.of(
            text(RUN),
            html(RUN),
            JsonReport.of(RUN, Runs.PROVENANCE),
            TextReport.of(study(OptionalDouble.of(100)), Runs.PROVENANCE),
            HtmlStudy.of(study(OptionalDouble.of(100)), Runs.PROVENANCE),
            JsonReport.of(study(OptionalDouble.of(100)), Runs.PROVENANCE))) {
      assertThat(form)
          .contains(
              "2026-11-28T01:02:03Z",
              "loadgen --rate 500",
              "some-host",
              "Some CPU, 2 processors",
              "17.0.1, Somebody",
              "mrpc version 3",
              "abc123",
              "bf16",
              "cpu, 2 cores");
    }
    assertThat(json(JsonReport.of(RUN, Runs.PROVENANCE)).at("/provenance/digest").asText())
        .isEqualTo("abc123");
  }

  @Test
  void jsonHasEachFigureWithItsUnit() throws IOException {
    JsonNode root = json(JsonReport.of(BAD, Runs.PROVENANCE));
    assertThat(root.at("/requests/ok").asLong()).isEqualTo(4);
    assertThat(root.at("/requests/failed").asLong()).isEqualTo(2);
    assertThat(root.at("/failures/UNAVAILABLE").asLong()).isEqualTo(2);
    assertThat(root.at("/throughput_per_second").asDouble()).isEqualTo(4);
    assertThat(root.at("/planned_per_second").asDouble()).isEqualTo(500);
    assertThat(root.at("/latency_ms/p99.9").asDouble()).isCloseTo(40, within(0.1));
    assertThat(root.at("/accuracy").asDouble()).isEqualTo(0.75);
    assertThat(root.at("/server/queue_p50_ms").asDouble()).isCloseTo(2, within(0.01));
    assertThat(root.at("/server/batch_mean_requests").asDouble()).isEqualTo(4);
    assertThat(root.at("/valid").asBoolean()).isFalse();
    assertThat(root.at("/invalid_because/0").asText()).isEqualTo("sent <late>");
    assertThat(root.at("/server_ok").asBoolean()).isFalse();
    assertThat(root.at("/server_failed_because/0").asText()).isEqualTo("2 of 6 requests failed");
    assertThat(root.at("/timeline/0/rate_per_second").asDouble()).isEqualTo(10);
    assertThat(root.at("/timeline/0/length_seconds").asDouble()).isEqualTo(1);
  }

  @Test
  void aPageShowsFiguresCurvesAndVerdictAndNeedsNothingFromElsewhere() {
    assertThat(html(RUN))
        .contains("load VALID", "server OK", Verdict.MEANING)
        .contains("<b>4</b><span>requests ok</span>", "<b>500.0</b><span>planned, requests/s")
        .contains(
            "<b>0.7500</b><span>accuracy</span>",
            "<b>4.0</b><span>server&#39;s batch".replace("&#39;", "'"))
        .contains("Latency by percentile", "Throughput over time", "Latency over time", "None.")
        .doesNotContain("http://", "https://", "<script", "NaN", "Infinity");
  }

  @Test
  void aPageEscapesWhatOthersWrote() {
    assertThat(html(BAD))
        .contains("sent &lt;late&gt;", "the &lt;first&gt; message", "load INVALID", "server FAILED")
        .doesNotContain("<first>", "<late>");
  }

  @Test
  void theRestOfASecondAtTheEndIsNoCliff() {
    List<Second> timeline =
        List.of(Runs.second(1, 1, 100), Runs.second(2, 1, 100), Runs.second(2.1, 0.1, 3));
    String html = html(Runs.withTimeline(RUN, timeline));
    String[] points = line(html, "Throughput over time").split(" ", -1);
    assertThat(points).hasSize(2);
    assertThat(points[0].split(",", -1)[1]).isEqualTo(points[1].split(",", -1)[1]);
  }

  @Test
  void aRunOfLessThanASecondShowsAPoint() {
    String html = html(Runs.withTimeline(RUN, List.of(Runs.second(0.4, 0.4, 100))));
    assertThat(line(html, "Throughput over time")).isEqualTo("840.0,34.0");
    assertThat(html).contains("<circle class=\"dot one\" cx=\"840.0\" cy=\"34.0\"");
  }

  @Test
  void aRunWithoutAnAnswerOrASecondSaysSo() {
    RunReport none = Runs.report(5, WELL, Map.of());
    String html = html(Runs.withTimeline(none, List.of()));
    assertThat(html)
        .contains("No request was answered.", "The run ended before its first counted second.")
        .doesNotContain("<svg", "NaN");
  }

  @Test
  void theLatencyCurveGoesAsFarAsTheNumberOfRequestsTells() {
    double[] thousand = new double[1000];
    for (int i = 0; i < thousand.length; i++) {
      thousand[i] = i + 1;
    }
    String html = html(Runs.report(5, thousand));
    assertThat(html).contains("<td>99.9</td>", "<td>100</td>").doesNotContain("<td>99.99</td>");
    assertThat(line(html, "Latency by percentile")).startsWith("70.0,").contains(" 840.0,");
  }

  @Test
  void aStudysTextIsATableByRateAndASentence() {
    List<String> lines =
        new ArrayList<>(
            TextReport.of(study(OptionalDouble.of(100)), Runs.PROVENANCE).lines().toList());
    assertThat(lines.get(0)).matches(" +load +rate/s +p50 ms +p99 ms +attained .* objective");
    assertThat(lines.get(1)).matches(" +50 % +50\\.0 +10\\.0. +20\\.0. +100\\.00 % .*  kept");
    assertThat(lines.get(2))
        .matches(" +100 % +100\\.0 .* 50\\.00 % +4\\.0 +2\\.0  missed: 50\\.00 % within 130 ms");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("result      50.0/s keep p99 under 130 ms");
  }

  @Test
  void aStudyWithoutACapacityHasNoLoadInPercent() {
    String text = TextReport.of(study(OptionalDouble.empty()), Runs.PROVENANCE);
    assertThat(text.lines().findFirst().orElseThrow()).matches(" +rate/s .*");
    assertThat(text.lines().skip(1).findFirst().orElseThrow()).matches(" +50\\.0 +10\\.0.*");
  }

  @Test
  void aStudysJsonHasAllItsTrials() throws IOException {
    JsonNode root = json(JsonReport.of(study(OptionalDouble.of(200)), Runs.PROVENANCE));
    assertThat(root.at("/result").asText()).isEqualTo("50.0/s keep p99 under 130 ms");
    assertThat(root.at("/done").asBoolean()).isTrue();
    assertThat(root.at("/objectives/0").asText()).isEqualTo("p99=130ms");
    assertThat(root.at("/capacity_per_second").asDouble()).isEqualTo(200);
    assertThat(root.at("/trials")).hasSize(2);
    JsonNode missed = root.at("/trials/0");
    assertThat(missed.at("/load_percent").asDouble()).isEqualTo(50);
    assertThat(missed.at("/kept").asBoolean()).isFalse();
    assertThat(missed.at("/missed_because").asText()).isEqualTo("50.00 % within 130 ms");
    assertThat(missed.at("/attainment").asDouble()).isEqualTo(0.5);
    assertThat(missed.at("/goodput_per_second").asDouble()).isEqualTo(2);
    assertThat(missed.at("/run/latency_ms/max").asDouble()).isCloseTo(600, within(1.0));
    assertThat(root.at("/detail/planned_per_second").asDouble()).isEqualTo(500);
  }

  @Test
  void aStudysPageHasTheCurveOfAttainmentAgainstTheLoad() {
    String html = HtmlStudy.of(study(OptionalDouble.of(100)), Runs.PROVENANCE);
    assertThat(html)
        .contains(
            "50.0/s keep p99 under 130 ms", "DONE", "Attainment: requests answered within 130 ms")
        .contains(
            "● attainment", "● 99 %", "● 130 ms", "● within 130 ms", "In detail: scripted run")
        .doesNotContain("NaN", "Infinity", "<script", "http://");
    // Half and all of the capacity on an axis to 160 %, all and half of the requests.
    assertThat(line(html, "Attainment")).isEqualTo("310.6,34.0 551.3,144.0");
  }

  @Test
  void aSearchsPageHasItsRatesOnALogarithmicAxis() {
    String html = HtmlStudy.of(study(OptionalDouble.empty()), Runs.PROVENANCE);
    assertThat(line(html, "Attainment")).isEqualTo("70.0,34.0 840.0,144.0");
    assertThat(html).contains("requests/s, logarithmic").doesNotContain("of the capacity");
  }

  @Test
  void aStudyThatFoundNothingIsAPageAllTheSame() {
    RateStudy none =
        new RateStudy(
            "search",
            "not even 0.2/s",
            false,
            List.of(OBJECTIVE),
            OptionalDouble.empty(),
            List.of(),
            Optional.empty());
    assertThat(HtmlStudy.of(none, Runs.PROVENANCE))
        .contains("NOT DONE", "not even 0.2/s")
        .doesNotContain("<svg");
  }
}
