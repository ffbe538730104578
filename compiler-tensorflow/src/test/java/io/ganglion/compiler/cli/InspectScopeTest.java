package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.pipeline.FunctionSourcesTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code inspect} on a source with several classifiers. */
class InspectScopeTest {
  @TempDir static Path temp;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void write() throws Exception {
    FunctionSourcesTest.twoTowers(temp.resolve("source"));
  }

  private int run(String... arguments) {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    try (PrintStream told = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setOut(told);
      System.setErr(errors);
      return CompilerMain.run(arguments);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private String source() {
    return temp.resolve("source").toString();
  }

  @Test
  void theScopeChoosesTheClassifierThatIsShown() throws Exception {
    assertThat(run("inspect", "--json", "--scope", "tower_b", source())).isZero();
    JsonNode tree = new ObjectMapper().readTree(out.toByteArray());
    assertThat(tree.at("/compilable").asBoolean()).isTrue();
    assertThat(tree.at("/bert/labels").asInt()).isEqualTo(5);
  }

  @Test
  void withoutAScopeItSaysThatOneIsNeeded() throws Exception {
    assertThat(run("inspect", "--json", source())).isZero();
    JsonNode tree = new ObjectMapper().readTree(out.toByteArray());
    assertThat(tree.at("/compilable").asBoolean()).isFalse();
    assertThat(tree.at("/why_not").asText()).contains("name the scope of one: tower_a/bert");
  }

  @Test
  void anUnknownScopeIsTheErrorThatCompileGives() {
    assertThat(run("inspect", "--scope", "tower_c", source())).isEqualTo(1);
    String shown = err.toString(StandardCharsets.UTF_8);
    err.reset();
    String output = temp.resolve("artifact").toString();
    assertThat(run("compile", "--saved-model", source(), "--output", output, "--scope", "tower_c"))
        .isEqualTo(1);
    String compiled = err.toString(StandardCharsets.UTF_8);
    assertThat(shown).startsWith("compiler: ").contains("none of its");
    assertThat(compiled).endsWith(shown);
  }
}
