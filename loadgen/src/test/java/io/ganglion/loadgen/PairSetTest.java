package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.TextPair;
import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairSetTest {
  private static final List<String> LABELS = List.of("different", "same");

  private static LabelledPair labelled(Question question) {
    return (LabelledPair) question;
  }

  @Test
  void theBundledPairsAreLabelledAndVaried() throws PairFileException {
    PairSet bundled = PairSet.of(PairSet.bundled(), LABELS);
    assertThat(bundled.notes()).isEmpty();
    assertThat(bundled.pairs()).hasSizeGreaterThan(200).doesNotHaveDuplicates();
    assertThat(bundled.pairs().stream().filter(pair -> labelled(pair).label() == 1).count())
        .isEqualTo(bundled.pairs().size() / 2);
    assertThat(bundled.pairs().stream().mapToInt(Question::words).max().orElse(0))
        .isGreaterThan(40);
  }

  @Test
  void mrpcIsReadWhole() throws PairFileException {
    Path file = Path.of(System.getProperty("ganglion.shared.data", "."), "mrpc_dev_sample.tsv");
    assumeTrue(Files.exists(file), "no shared data here: " + file);
    PairSet set = PairSet.of(PairFile.read(file, PairFile.MOST), LABELS);
    assertThat(set.notes()).isEmpty();
    assertThat(set.pairs()).hasSizeGreaterThan(100).allMatch(pair -> labelled(pair).labelled());
    assertThat(labelled(set.pairs().get(0)).pair().textB()).startsWith("\" The foodservice");
  }

  @ParameterizedTest
  @CsvSource({
    "not paraphrase;paraphrase, true",
    "not_equivalent;equivalent, true",
    "not_duplicate;is_duplicate, true",
    "NO_PARAPHRASE;PARAPHRASE, true",
    "negative;positive, false",
    "0;1, false",
    "paraphrase;not paraphrase, false",
    "paraphrase, false",
    "entailment;neutral;contradiction, false",
  })
  void theBundledLabelsFitModelsOfParaphrasesAlone(String labels, boolean fit) {
    assertThat(PairSet.bundledLabelsFit(List.of(labels.split(";")))).isEqualTo(fit);
  }

  @Test
  void withoutLabelsNothingIsJudgedAndAllElseStays() {
    PairSet without = Runs.PAIRS.withoutLabels();
    assertThat(without.pairs())
        .extracting(pair -> labelled(pair).pair())
        .containsExactlyElementsOf(
            Runs.PAIRS.pairs().stream().map(pair -> labelled(pair).pair()).toList());
    assertThat(without.pairs()).noneMatch(pair -> labelled(pair).labelled());
    assertThat(without.name()).isEqualTo("two pairs");
    assertThat(without.notes()).singleElement().asString().startsWith("No accuracy: ");
  }

  @Test
  void aModelOfOneOutputIsNotJudged() throws PairFileException {
    PairSet set = PairSet.of(PairSet.bundled(), List.of("score"));
    assertThat(set.pairs()).hasSizeGreaterThan(200).noneMatch(pair -> labelled(pair).labelled());
    assertThat(set.notes()).singleElement().asString().startsWith("No accuracy: ");
  }

  @Test
  void lengthsAreWordsOfBothTexts() {
    PairSet set =
        new PairSet(
            "x",
            List.of(
                new LabelledPair(new TextPair(" one  two ", "three"), 0),
                new LabelledPair(new TextPair("alone"), 0)),
            List.of());
    assertThat(set.lengths())
        .isEqualTo("words a pair: min 1, p50 3, p90 3, p99 3, max 3, mean 2.0");
  }
}
