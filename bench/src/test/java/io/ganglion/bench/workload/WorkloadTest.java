package io.ganglion.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {
  private static final int PAIRS = 200;

  @TempDir private Path directory;

  private final Workload workload =
      new Workload(
          Collections.nCopies(PAIRS, new Pairs.Pair("a", "b")),
          IntStream.range(0, PAIRS)
              .mapToObj(i -> 3 + i * 7 % 100)
              .map(length -> new TokenSequence(new int[length], new int[length]))
              .toList());

  @Test
  void everyPairIsInExactlyOneBatch() {
    for (boolean sorted : new boolean[] {false, true}) {
      List<Integer> pairs =
          workload.batches(7, sorted).stream().flatMap(batch -> batch.pairs().stream()).toList();
      assertThat(pairs)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, PAIRS).boxed().toList());
    }
  }

  @Test
  void anyStretchOfTheEvenOrderHasTheMixOfTheWhole() {
    double mean = (double) workload.tokens() / PAIRS;
    List<Integer> order = workload.evenOrder();
    for (int from = 0; from + 40 <= PAIRS; from++) {
      double stretch =
          order.subList(from, from + 40).stream()
              .mapToInt(pair -> workload.sequences().get(pair).length())
              .average()
              .orElseThrow();
      assertThat(stretch).isCloseTo(mean, within(0.06 * mean));
    }
  }

  @Test
  void pairsOfMrpcAreReadWithTheirQuotesAndWhatIsLeftOutIsSaid() throws IOException {
    Path file = directory.resolve("mrpc.tsv");
    Files.writeString(
        file,
        "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t2\t3\t\" He said\tIt rained\na\tb\n");
    List<String> notes = new ArrayList<>();

    assertThat(Pairs.read(file, notes::add))
        .containsExactly(new Pairs.Pair("\" He said", "It rained"));
    assertThat(notes).containsExactly(file + ", line 3: 2 columns instead of 5; left out.");
  }
}
