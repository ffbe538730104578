package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.compiler.onnx.BertFile;
import io.ganglion.compiler.onnx.BertFile.End;
import io.ganglion.compiler.onnx.BertFile.Form;
import io.ganglion.compiler.onnx.OnnxType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged ONNX files are refused with a sentence, or compiled because the damage does not matter.
 */
class MutatedOnnxTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Form[] FORMS = Form.values();

  @TempDir Path temp;

  @Test
  void someMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1, 25);
  }

  @Test
  @Tag("proof")
  void fiveHundredMutationsNeverCrashOrPassUnnoticed() throws Exception {
    mutate(1000, 500);
  }

  private void mutate(long firstSeed, int count) throws Exception {
    int refused = 0;
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Form form = FORMS[(int) (seed % FORMS.length)];
      Path folder = temp.resolve("model");
      Path model =
          BertFile.of(form, End.LOGITS, OnnxType.FLOAT, "").write(folder.resolve("model.onnx"));
      Files.write(folder.resolve("vocab.txt"), BertFile.vocabulary());
      String what = form + ", seed " + seed + ": " + OnnxMutation.apply(model, seed);
      boolean compiled =
          assertTimeoutPreemptively(LONGEST, () -> Mutants.compile(folder, temp, what), what);
      refused += compiled ? 0 : 1;
    }
    System.out.println(refused + " of " + count + " mutants were refused.");
    assertThat(refused).isGreaterThan(count / 3);
  }
}
