package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.pipeline.FunctionBert;
import io.ganglion.compiler.pipeline.FunctionEmbeddings;
import io.ganglion.compiler.pipeline.Samples;
import io.ganglion.runtime.model.Precision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
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
      Path mutant = copy(SOURCES.get(source), temp.resolve("mutant-" + seed));
      String what = source + ", seed " + seed + ": " + SourceMutation.apply(mutant, seed);
      boolean compiled = assertTimeoutPreemptively(LONGEST, () -> tryToCompile(mutant, what), what);
      refused += compiled ? 0 : 1;
      delete(mutant);
    }
    System.out.println(refused + " of " + count + " mutants of " + source + " were refused.");
    assertThat(refused).isGreaterThan(count / 3);
  }

  /** Compiles the damaged source. Returns whether that succeeded. */
  private static boolean tryToCompile(Path mutant, String what) throws IOException {
    Path output = temp.resolve("output");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    int code;
    try {
      code =
          CompilerMain.run(
              "compile",
              "--saved-model",
              mutant.toString(),
              "--output",
              output.toString(),
              "--precision",
              Precision.FP32.toString());
    } finally {
      System.setErr(before);
    }
    String said = errors.toString(StandardCharsets.UTF_8);
    System.out.println(what + " -> " + code + " " + said.lines().reduce((a, b) -> b).orElse(""));
    assertThat(code).as(what + said).isIn(0, 1);
    assertThat(said).as(what).doesNotContain("fault of the compiler");
    assertThat(Files.exists(output)).as(what).isEqualTo(code == 0);
    if (code == 0) {
      delete(output);
    } else {
      assertThat(said.lines().filter(line -> line.startsWith("compiler: "))).as(what).hasSize(1);
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.filter(file -> file.toString().contains(".tmp-"))).as(what).isEmpty();
    }
    return code == 0;
  }

  private static Path copy(Path source, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(source.relativize(file).toString()));
      }
    }
    return to;
  }

  private static void delete(Path directory) throws IOException {
    com.google.common.io.MoreFiles.deleteRecursively(
        directory, com.google.common.io.RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
