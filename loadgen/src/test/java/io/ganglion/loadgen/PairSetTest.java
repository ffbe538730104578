package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.cli.pairs.PairFile;
import io.ganglion.cli.pairs.PairFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairSetTest {
  private static final List<String> LABELS = List.of("different", "same");

  @Test
  void theBundledPairsAreLabelledAndVaried() throws PairFileException {
    PairSet bundled = PairSet.of(PairSet.bundled(), LABELS);
    assertThat(bundled.notes()).isEmpty();
    assertThat(bundled.pairs()).hasSizeGreaterThan(200).doesNotHaveDuplicates();
    assertThat(bundled.pairs().stream().filter(pair -> pair.label() == 1).count())
        .isEqualTo(bundled.pairs().size() / 2);
    assertThat(bundled.pairs().stream().mapToInt(LabelledPair::words).max().orElse(0))
        .isGreaterThan(40);
  }

  @Test
  void mrpcIsReadWhole() throws PairFileException {
    Path file = Path.of(System.getProperty("ganglion.shared.data", "."), "mrpc_dev_sample.tsv");
    assumeTrue(Files.exists(file), "no shared data here: " + file);
    PairSet set = PairSet.of(PairFile.read(file, PairFile.MOST), LABELS);
    assertThat(set.notes()).isEmpty();
    assertThat(set.pairs()).hasSizeGreaterThan(100).allMatch(LabelledPair::labelled);
    assertThat(set.pairs().get(0).pair().textB()).startsWith("\" The foodservice");
  }
}
