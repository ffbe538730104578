package io.ganglion.compiler.cli;

import static io.ganglion.compiler.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What this program does without TensorFlow, and what it says where it cannot. */
class WithoutTensorFlowTest {
  private static final String ADVICE =
      "needs TensorFlow, which this program does not contain; give the same command to"
          + " compiler-tensorflow.";

  @TempDir Path temp;

  @Test
  void aSampleIsMadeAndCompiled() throws Exception {
    Path sample = temp.resolve("sample");
    run(0, "sample --layers 1 --hidden 64 --vocab-size 1024 --sequence-length 32 --output", sample);
    assertThat(run(0, "compile --precision fp32 --model", sample, "--output", temp.resolve("a")))
        .contains("double precision");
    assertThat(temp.resolve("a").resolve("manifest.json")).exists();
    assertThatThrownBy(() -> Class.forName("org.tensorflow.TensorFlow"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tune --data x --output y --init-from-scratch",
        "convert-checkpoint --checkpoint x",
        "generate-pairs",
        "prepare-mrpc --any-counts"
      })
  void aCommandThatNeedsItIsReferredToTheOtherProgram(String command) throws Exception {
    String name = command.replaceFirst(" .*", "");
    assertThat(run(1, command)).isEqualTo("compiler: compiler " + name + " " + ADVICE + "\n");
    assertThat(run(0, "--help")).contains("  " + name + " ");
    assertThat(run(0, name + " --help")).contains("compiler-tensorflow has it");
  }

  @Test
  void aSavedModelIsReferredToTheOtherProgram() throws Exception {
    Files.createFile(temp.resolve("saved_model.pb"));
    Path output = temp.resolve("a");
    assertThat(run(1, "compile --model", temp, "--output", output))
        .isEqualTo("compiler: The SavedModel " + temp + " " + ADVICE + "\n");
    assertThat(run(1, "compile --emit-saved-model --model", temp, "--output", output))
        .contains("A SavedModel beside the artifact " + ADVICE);
    assertThat(run(1, "sample --format savedmodel --output", output))
        .contains("A SavedModel " + ADVICE);
    assertThat(output).doesNotExist();
  }

  @Test
  void aFormThatNobodyKnowsIsWrongUsage() throws Exception {
    assertThat(run(2, "sample --format pickle --output", temp.resolve("a")))
        .contains("--format is huggingface or savedmodel, not pickle");
    assertThat(run(2, "sample --frozen --output", temp.resolve("a")))
        .contains("are for --format savedmodel");
  }
}
