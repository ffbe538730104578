package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.source.huggingface.TestFolder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged folders are refused with a sentence, or compiled because the damage does not matter. */
class MutatedFoldersTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir Path temp;

  @Test
  void someMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1, 40);
  }

  @Test
  @Tag("proof")
  void aThousandMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1000, 1000);
  }

  private void mutate(long firstSeed, int count) throws Exception {
    Path source = TestFolder.bert().write(temp.resolve("source"));
    int refused = 0;
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Path mutant = Mutants.copy(source, temp.resolve("mutant-" + seed));
      String what = "seed " + seed + ": " + FolderMutation.apply(mutant, seed);
      boolean compiled =
          assertTimeoutPreemptively(LONGEST, () -> Mutants.compile(mutant, temp, what), what);
      refused += compiled ? 0 : 1;
      Mutants.delete(mutant);
    }
    System.out.println(refused + " of " + count + " mutants were refused.");
    assertThat(refused).isGreaterThan(count / 3);
  }
}
