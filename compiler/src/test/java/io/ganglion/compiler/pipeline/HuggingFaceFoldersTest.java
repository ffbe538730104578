package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.huggingface.SharedFolders;
import io.ganglion.compiler.source.huggingface.TestFolder;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles HuggingFace folders, and holds the artifacts to values of another program. */
class HuggingFaceFoldersTest {
  @TempDir Path temp;

  private ModelCompiler.Result compile(Path folder) throws Exception {
    return ModelCompiler.compile(
        CompileOptions.of(folder, temp.resolve("artifact"), PrecisionChoice.FP32), Progress.SILENT);
  }

  @ParameterizedTest
  @MethodSource("io.ganglion.compiler.source.huggingface.SharedFolders#all")
  void theArtifactAnswersAsTheLibrariesThatSavedTheFolder(Path folder) throws Exception {
    compile(folder);
    List<SharedFolders.Row> rows = SharedFolders.rows(folder);
    try (Artifact artifact = Artifact.open(temp.resolve("artifact"))) {
      ModelManifest manifest = artifact.manifest();
      Tokenizer tokenizer = artifact.tokenizer().tokenizer(manifest.sequenceLength());
      for (SharedFolders.Row row : rows) {
        TokenSequence ids = tokenizer.encode(row.a(), row.b());
        assertThat(ids.inputIds()).isEqualTo(row.ids().inputIds());
        assertThat(ids.segmentIds()).isEqualTo(row.ids().segmentIds());
      }
      List<float[]> answers =
          ArtifactRun.of(
                  temp.resolve("artifact"),
                  rows.stream().map(SharedFolders.Row::ids).toList(),
                  Progress.SILENT,
                  System::nanoTime)
              .rows();
      for (int i = 0; i < rows.size(); i++) {
        float[] logits = rows.get(i).logits();
        float[] golden = logits == null ? rows.get(i).answer() : manifest.answer(logits);
        near(answers.get(i), golden);
      }
    }
  }

  private static void near(float[] values, float[] golden) {
    assertThat(values).hasSameSizeAs(golden);
    for (int i = 0; i < golden.length; i++) {
      float size = Math.max(1, Math.abs(golden[i]));
      assertThat(values[i]).isEqualTo(golden[i], within(1e-5f * size));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BERT,ForTokenClassification",
    "DISTILBERT,ForTokenClassification",
    "ROBERTA,ForSequenceClassification",
    "XLM_ROBERTA,ForTokenClassification",
    "ELECTRA,ForSequenceClassification",
    "ELECTRA,ForTokenClassification",
  })
  void everyFamilyPassesTheGate(String family, String head) throws Exception {
    Path folder = TestFolder.of(family, head, 3).write(temp.resolve("folder"));
    assertThat(compile(folder).verification().largestDifference()).isLessThanOrEqualTo(1e-5);
  }

  @Test
  void whatTheFolderSaysIsInTheManifest() throws Exception {
    Path folder = TestFolder.bert().write(temp.resolve("folder"));
    ModelManifest manifest = compile(folder).manifest();
    assertThat(manifest.labels()).containsExactly("label 0", "label 1");
    assertThat(manifest.sequenceLength()).isEqualTo(32);
    assertThat(manifest.dimensions().hiddenSize()).isEqualTo(16);
  }
}
