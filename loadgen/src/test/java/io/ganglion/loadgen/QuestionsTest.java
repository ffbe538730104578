package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.TextPair;
import io.ganglion.cli.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong nowNs = new AtomicLong(-5);
  private final AtomicInteger closed = new AtomicInteger();

  private interface Answerer {
    void answer(TextPair pair, Requests.Outcome outcome);
  }

  private List<String> ask(Answerer answerer, List<String> labels, long times, String... texts) {
    Target target =
        new Target() {
          @Override
          public Requests open(int index, int inFlight) {
            return new Requests() {
              @Override
              public Runnable send(Question question, Outcome outcome) {
                nowNs.addAndGet(2_500_000);
                answerer.answer(((LabelledPair) question).pair(), outcome);
                return () -> {};
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            };
          }

          @Override
          public String describe() {
            return "scripted";
          }
        };
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(new Questions(target, nowNs::get, labels, to, List.of(texts)).run(times)).isZero();
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Answer answer(int index, String label, Float... probabilities) {
    return new Answer(index, label, List.of(probabilities), 0, 0, 0, 0, Judgement.NONE);
  }

  @Test
  void theLabelsNameAndEveryProbabilityByNameArePrinted() {
    assertThat(
            ask(
                (pair, to) -> to.answered(answer(2, "blue", 0.1f, 0.15f, 0.75f)),
                List.of("red", "green", "blue"),
                1,
                "a",
                "b"))
        .containsExactly("blue (red 0.1000, green 0.1500, blue 0.7500, latency 2.5 ms)");
    assertThat(closed).hasValue(1);
  }

  @Test
  void theDemosProtocolHasItsWordingAndNoProbabilities() {
    assertThat(ask((pair, to) -> to.answered(answer(1, "paraphrase!")), List.of(), 1, "a", "b"))
        .containsExactly("paraphrase! (latency 2.5 ms)");
  }

  @Test
  void aLabelThatTheModelDidNotNameIsItsNumber() {
    assertThat(
            ask((pair, to) -> to.answered(answer(0, "x", 0.5f, 0.5f)), List.of("x"), 1, "a", "b"))
        .containsExactly("x (x 0.5000, 1 0.5000, latency 2.5 ms)");
  }

  @Test
  void eachPairIsAskedAboutInTurnSoManyTimes() {
    assertThat(
            ask(
                (pair, to) -> to.answered(answer(0, pair.textA() + pair.textB())),
                List.of(),
                2,
                "a",
                "b",
                "c",
                "d"))
        .extracting(line -> line.substring(0, 2))
        .containsExactly("ab", "ab", "cd", "cd");
  }

  @Test
  void aFailureEndsTheQuestionsWithItsStatus() {
    assertThatThrownBy(
            () -> ask((pair, to) -> to.failed("UNAVAILABLE", "gone"), List.of(), 1, "a", "b"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("equest failed with UNAVAILABLE: gone");
    assertThat(closed).hasValue(1);
  }
}
