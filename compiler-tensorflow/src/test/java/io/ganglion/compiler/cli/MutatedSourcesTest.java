package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.pipeline.FunctionBert;
import io.ganglion.compiler.pipeline.FunctionEmbeddings;
import io.ganglion.compiler.pipeline.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged sources are refused with a sentence, or compiled because the damage does not matter. */
class MutatedSourcesTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** The model that is damaged. */
  enum Source {
    ESTIMATOR,
    FUNCTIONS
  }

  @TempDir static Path temp;
  private static final Map<Source, Path> SOURCES = new EnumMap<>(Source.class);

  @BeforeAll
  static void makeSources() throws Exception {
    SOURCES.put(
        Source.ESTIMATOR,
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64))));
    FunctionBert model = new FunctionBert(FunctionEmbeddings.Library.HUGGING_FACE);
    model.layers = 1;
    SOURCES.put(Source.FUNCTIONS, model.write(temp.resolve("functions")));
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void someMutationsNeverCrashOrPassUnnoticed(Source source) throws Exception {
    mutate(source, 1, 20);
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  @Tag("proof")
  void fiveHundredMutationsNeverCrashOrPassUnnoticed(Source source) throws Exception {
    mutate(source, 1000, 500);
  }

  private static void mutate(Source source, long firstSeed, int count) throws Exception {
    int refused = 0;
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Path mutant = Mutants.copy(SOURCES.get(source), temp.resolve("mutant-" + seed));
      String what = source + ", seed " + seed + ": " + SourceMutation.apply(mutant, seed);
      boolean compiled =
          assertTimeoutPreemptively(LONGEST, () -> Mutants.compile(mutant, temp, what), what);
      refused += compiled ? 0 : 1;
      Mutants.delete(mutant);
    }
    System.out.println(refused + " of " + count + " mutants of " + source + " were refused.");
    assertThat(refused).isGreaterThan(count / 3);
  }
}
