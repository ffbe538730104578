package io.ganglion.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.sample.BuiltInPairs.Pair;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairSplitTest {
  @TempDir Path temp;

  private Path file(String text) throws Exception {
    return Files.writeString(temp.resolve("pairs.tsv"), text);
  }

  private PairSplit comparing(String text) throws Exception {
    return PairSplit.of(new Gate(0, OptionalDouble.empty(), file(text), null), false);
  }

  @Test
  void aLargeModelIsComparedOnFewerBuiltInPairsOfAllLengths() throws Exception {
    ModelDimensions large = new ModelDimensions(30522, 512, 2, 1024, 24, 16, 4096);
    ModelDimensions base = new ModelDimensions(30522, 512, 2, 768, 12, 12, 3072);
    ModelDimensions huge = new ModelDimensions(30522, 512, 2, 4096, 48, 64, 16384);
    PairSplit plain = PairSplit.of(Gate.usual(), false);
    assertThat(plain.sized(base)).isEqualTo(plain);
    List<Pair> few = plain.sized(large).gate();
    assertThat(few).hasSize(18).isEqualTo(plain.gate().subList(0, 18));
    assertThat(few).anyMatch(pair -> pair.a().length() < 130);
    assertThat(few).anyMatch(pair -> pair.a().length() > 200);
    assertThat(plain.sized(huge).gate()).hasSize(16);
    PairSplit calibrating = PairSplit.of(Gate.usual(), true);
    assertThat(calibrating.sized(huge)).isEqualTo(calibrating);
  }

  @Test
  void withoutFilesTheBuiltInPairsJudgeAndCalibrate() throws Exception {
    PairSplit plain = PairSplit.of(Gate.usual(), false);
    assertThat(plain.calibration()).isEmpty();
    assertThat(plain.gate()).hasSize(64);
    assertThat(plain.gateFile()).isEmpty();
    PairSplit both = PairSplit.of(Gate.usual(), true);
    assertThat(both.calibration()).hasSize(128);
    assertThat(both.gate()).hasSize(128).doesNotContainAnyElementsOf(both.calibration());
  }

  @Test
  void noPairBothCalibratesAndJudges() throws Exception {
    String lines =
        IntStream.range(0, 40)
            .mapToObj(i -> "text " + i % 30 + "\tother " + i % 30 + "\n")
            .collect(Collectors.joining("", "sentence1\tsentence2\n", ""));
    PairSplit split = PairSplit.of(new Gate(0, OptionalDouble.empty(), null, file(lines)), true);
    assertThat(split.calibration()).hasSize(20);
    assertThat(split.gateFile()).contains(temp.resolve("pairs.tsv"));
    assertThat(split.gate()).isNotEmpty().doesNotContainAnyElementsOf(split.calibration());
  }

  @Test
  void columnsAreFoundByTheirNames() throws Exception {
    assertThat(comparing("Quality\t#2 String\t#1 String\n1\tb\ta\n").gate())
        .containsExactly(new Pair("a", "b"));
    assertThat(comparing("sentence2\tsentence1\nb\ta\n").gate())
        .containsExactly(new Pair("a", "b"));
    assertThat(comparing("\uFEFFsentence2\tsentence1\n\"b\ta\n").gate())
        .containsExactly(new Pair("a", "\"b"));
  }

  @Test
  void noMoreThanTheFirst1024PairsAreTaken() throws Exception {
    String lines =
        IntStream.range(0, 1100)
            .mapToObj(i -> i + "\tb\n")
            .collect(Collectors.joining("", "sentence1\tsentence2\n", ""));
    assertThat(comparing(lines).gate()).hasSize(1024).contains(new Pair("1023", "b"));
  }

  @Test
  void aFileWithoutPairsIsRefused() {
    for (String text : new String[] {"", "sentence1\tsentence2\n", "one column\na\n"}) {
      assertThatThrownBy(() -> comparing(text))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("pairs.tsv");
    }
    Path none = temp.resolve("none");
    assertThatThrownBy(() -> PairSplit.of(new Gate(0, OptionalDouble.empty(), none, null), false))
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith("There is no file ");
  }
}
