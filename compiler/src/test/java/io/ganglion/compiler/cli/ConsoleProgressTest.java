package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long now;

  private ConsoleProgress progress(boolean bar) {
    return new ConsoleProgress(new PrintStream(out, true, StandardCharsets.UTF_8), bar, () -> now);
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPhaseIsALineWithItsSeconds() throws Exception {
    String result =
        progress(false)
            .run(
                "Read the source",
                () -> {
                  pass(2_300);
                  return "read";
                });
    assertThat(result).isEqualTo("read");
    assertThat(said()).matches("Read the source +2\\.3 s\\R");
  }

  @Test
  void aPhaseThatFailsIsALineTooAndItsFailurePassesOn() {
    assertThatThrownBy(
            () ->
                progress(false)
                    .run(
                        "Write",
                        () -> {
                          throw new CompileException("full");
                        }))
        .hasMessage("full");
    assertThat(said()).startsWith("Write ");
  }

  @Test
  void aPhaseThatIsSoonOverShowsNoBar() {
    ConsoleProgress progress = progress(true);
    progress.begins("Write");
    pass(900);
    progress.at(1, 2);
    assertThat(said()).isEmpty();
  }

  @Test
  void aBarIsDrawnAtMostTenTimesASecondAndWipedAtTheEnd() {
    ConsoleProgress progress = progress(true);
    progress.begins("Write");
    pass(1_000);
    progress.at(1, 2);
    String once = said();
    assertThat(once).contains("\rWrite", "[###############...............]", "50 %");
    pass(50);
    progress.at(2, 2);
    assertThat(said()).isEqualTo(once);
    pass(50);
    progress.ends("Write");
    assertThat(said().substring(once.length())).matches("\r +\rWrite +1\\.1 s\\R");
  }

  @Test
  void whereNoLineCanBeRedrawnThereIsOneEveryFiveSeconds() {
    ConsoleProgress progress = progress(false);
    progress.begins("Write");
    for (int second = 1; second <= 12; second++) {
      pass(1_000);
      progress.at(second, 12);
    }
    assertThat(said().lines()).hasSize(2).allMatch(line -> line.matches("Write +\\d+ %"));
  }

  @Test
  void nothingToDoIsNoReasonToFail() {
    ConsoleProgress progress = progress(false);
    progress.begins("Write");
    pass(6_000);
    progress.at(0, 0);
    assertThat(said()).contains("0 %");
  }
}
