package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.cli.Durations;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** From flags to plans. */
class LoadPlanTest {
  private static LoadOptions options(String... args) {
    LoadOptions options = new LoadOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options))
        .registerConverter(Duration.class, new Durations())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(args);
    return options;
  }

  private static LoadPlan plan(String... args) {
    return LoadPlan.of(options(args));
  }

  @Test
  void withoutFlagsItIsNinetySixClientsTimes128() {
    LoadPlan plan = plan();
    assertThat(plan.clients()).isEqualTo(96);
    assertThat(plan.cycle()).isEqualTo(128);
    assertThat(plan.inFlight()).isEqualTo(1);
    assertThat(plan.rate()).isEmpty();
    assertThat(plan.duration()).isEqualTo(LoadPlan.UNLIMITED);
    assertThat(plan.warmUp()).isZero();
  }

  @Test
  void aDurationTakesThePlaceOfTheCycle() {
    LoadPlan plan = plan("--duration", "30s", "--warmup", "2s");
    assertThat(plan.cycle()).isEqualTo(Long.MAX_VALUE);
    assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(30));
    assertThat(plan.warmUp()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aRateMakesItAnOpenLoopOfTenSecondsWithRoomForAThousandEach() {
    LoadPlan plan = plan("--rate", "500");
    assertThat(plan.rate()).hasValue(500);
    assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(plan.inFlight()).isEqualTo(1000);
    assertThat(plan.arrivals()).isEqualTo(Schedule.Arrivals.POISSON);
    assertThat(plan("--rate", "5", "--in-flight", "3").inFlight()).isEqualTo(3);
  }

  @Test
  void aPairIsAskedAboutOnceByOneClient() {
    LoadPlan plan = plan("--pair", "a", "b");
    assertThat(plan.clients()).isEqualTo(1);
    assertThat(plan.cycle()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--clients 0, --clients must be",
    "--clients 100001, --clients must be",
    "--in-flight 0, --in-flight must be",
    "--cycle 0, --cycle must be at least 1",
    "--duration 0s, --duration must be positive",
    "--rate 0, --rate must be positive",
    "--rate 10000001, --rate must be at most",
    "--cancel-fraction 1.5, --cancel-fraction must be",
    "--rate 5 --cycle 5, --cycle is for a closed loop",
    "--sweep-load --cycle 5, --cycle is for a closed loop",
    "--find-peak --rate 5, leave --rate away",
    "--sweep-load --rate 5, leave --rate and --find-peak away",
    "--sweep-load --find-peak, leave --rate and --find-peak away",
  })
  void whatCannotBeMeantIsRefused(String args, String message) {
    assertThatThrownBy(() -> plan(args.split(" "))).hasMessageContaining(message);
  }

  @Test
  void aPlanAtAnotherRateKeepsAllElse() {
    LoadPlan plan = plan("--rate", "5", "--seed", "9", "-c", "7", "--cancel-fraction", "0.1");
    LoadPlan other = plan.atRate(77);
    assertThat(other.rate()).hasValue(77);
    assertThat(other.seed()).isEqualTo(9);
    assertThat(other.atRate(5)).isEqualTo(plan.atRate(5));
  }

  @Test
  void aNegativeWarmUpIsRefused() {
    LoadPlan plan = plan();
    Consumer<Duration> lasting = warmUp -> plan.lasting(warmUp, Duration.ofSeconds(1));
    assertThatThrownBy(() -> lasting.accept(Duration.ofSeconds(-1)))
        .hasMessageContaining("--warmup");
  }

  @Test
  void aSweepMeasuresTheCapacityInAClosedLoopAndOffersItsLoadsInOpenOnes() {
    SweepPlan plan = SweepPlan.of(options("--sweep-load", "--clients", "8"));
    assertThat(plan.capacity().rate()).isEmpty();
    assertThat(plan.capacity().inFlight()).isEqualTo(1);
    assertThat(plan.capacity().duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(plan.capacity().warmUp()).isEqualTo(Duration.ofSeconds(5));
    LoadPlan load = plan.at(1234);
    assertThat(load.rate()).isEqualTo(OptionalDouble.of(1234));
    assertThat(load.inFlight()).isEqualTo(1000);
    assertThat(load.warmUp()).isEqualTo(Duration.ofSeconds(1));
    assertThat(SweepPlan.percents()).hasSize(15).startsWith(10, 20).endsWith(140, 150);
  }

  @Test
  void aLoadLastsUntilItTellsSomethingButNotForever() {
    SweepPlan plan = SweepPlan.of(options("--sweep-load"));
    assertThat(plan.at(1000).duration()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plan.at(20).duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(plan.at(0.5).duration()).isEqualTo(Duration.ofSeconds(30));
    assertThat(plan.total(10_000)).isEqualTo(Duration.ofSeconds(15 * 6));
    assertThat(plan.total(40)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
  }

  @Test
  void aGivenDurationAndWarmUpHoldForAllOfASweep() {
    SweepPlan plan = SweepPlan.of(options("--sweep-load", "--duration", "2s", "--warmup", "0s"));
    assertThat(plan.capacity().duration()).isEqualTo(Duration.ofSeconds(2));
    assertThat(plan.capacity().warmUp()).isZero();
    assertThat(plan.at(0.5).duration()).isEqualTo(Duration.ofSeconds(2));
    assertThat(plan.total(100)).isEqualTo(Duration.ofSeconds(30));
  }
}
