package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests the rules of the verdict, and the pace that one of them uses. */
class VerdictTest {
  private static final long SECOND = 1_000_000_000L;

  private static Counts counts(long ok, Map<String, Long> failures) {
    return new Counts(ok, 0, new TreeMap<>(failures), Map.of(), 0, 0, List.of());
  }

  @Test
  void aServerThatFailsNearlyEverythingDoesNotMakeTheLoadInvalid() {
    Verdict verdict =
        Verdict.of(counts(300, Map.of("UNAVAILABLE", 9000L, "X", 700L)), List.of(), List.of());
    assertThat(verdict.words()).isEqualTo("load VALID, server FAILED");
    assertThat(verdict.reasons()).isEqualTo("9,700 of 10,000 requests failed (97.0 %)");
    assertThat(verdict.good()).isFalse();
    assertThat(verdict.loadValid()).isTrue();
  }

  @Test
  void aLateSenderIsNotTheServersFault() {
    Verdict verdict = Verdict.of(counts(5, Map.of()), List.of("sent late"), List.of());
    assertThat(verdict.words()).isEqualTo("load INVALID, server OK");
    assertThat(verdict.good()).isFalse();
  }

  @Test
  void allWellIsSaidWithoutReasons() {
    Verdict verdict = Verdict.of(counts(5, Map.of()), List.of(), List.of());
    assertThat(verdict.words()).isEqualTo("load VALID, server OK");
    assertThat(verdict.reasons()).isEmpty();
    assertThat(verdict.good()).isTrue();
  }

  @Test
  void aServerThatSaysNothingHasFailed() {
    Verdict verdict = Verdict.of(counts(0, Map.of()), List.of(), List.of());
    assertThat(verdict.failed()).containsExactly("no request was answered");
  }

  @Test
  void bothMayBeWrongAtOnce() {
    Verdict verdict = Verdict.of(counts(1, Map.of("X", 1L)), List.of("cut"), List.of("slow"));
    assertThat(verdict.words()).isEqualTo("load INVALID, server FAILED");
    assertThat(verdict.reasons()).isEqualTo("cut; 1 of 2 requests failed (50.0 %); slow");
  }

  @Test
  void thePaceIsKeptWhenNearlyAllCameInTheGivenTime() {
    assertThat(Pace.mark(1000)).isEqualTo(990);
    assertThat(new Pace(1000, 10 * SECOND, 1000, 10 * SECOND, 9_950_000_000L, 0).missed())
        .isEmpty();
  }

  @Test
  void anAnswersOwnTimeIsNoBacklog() {
    long late = 13 * SECOND;
    assertThat(new Pace(1000, 10 * SECOND, 1000, late, late, 3e9).missed()).isEmpty();
    assertThat(new Pace(1000, 10 * SECOND, 1000, late, late, 0.01e9).missed().orElseThrow())
        .isCloseTo(990 / 12.99, within(1e-6));
  }

  @Test
  void aShortRunIsForgivenThreeTenthsOfASecond() {
    assertThat(new Pace(100, SECOND, 100, SECOND, 1_280_000_000L, 0).missed()).isEmpty();
    assertThat(new Pace(100, SECOND, 100, SECOND, 1_300_000_000L, 0).missed()).isPresent();
    assertThat(new Pace(100, 100 * SECOND, 100, SECOND, 100_900_000_000L, 0).missed())
        .as("2 % of a long run")
        .isEmpty();
  }

  @Test
  void requestsThatNeverCameMissThePace() {
    assertThat(new Pace(1000, 10 * SECOND, 500, 4 * SECOND, -1, 0).missed()).hasValue(50);
    assertThat(new Pace(1000, 10 * SECOND, 980, 20 * SECOND, -1, 0).missed()).hasValue(49);
  }
}
