package io.ganglion.compiler.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelExportTest {
  private static final Path DEMO_MODEL = Path.of("..", "demo-model");

  @TempDir Path temp;

  @Test
  void aSavedModelComesBackAsTheSameModel() throws Exception {
    Path artifact = compiled(DEMO_MODEL.resolve("saved_model"), "first");
    Path back = temp.resolve("back");
    ArtifactExport.Result result =
        ArtifactExport.write(artifact, ExportFormat.SAVEDMODEL, back, Progress.SILENT);
    assertThat(result.runtime()).isEqualTo("TensorFlow");
    assertThat(result.largest()).isLessThan(1e-5);
    try (Artifact one = Artifact.open(artifact);
        Artifact two = Artifact.open(compiled(back, "again"))) {
      assertThat(two.manifest().labels()).isEqualTo(one.manifest().labels());
      assertThat(two.tokenizer().toJson()).isEqualTo(one.tokenizer().toJson());
      for (TensorSpec spec : WeightSchema.of(one.manifest())) {
        assertThat(two.weights().reals(spec.name()))
            .as(spec.name())
            .isEqualTo(one.weights().reals(spec.name()));
      }
    }
  }

  private Path compiled(Path source, String name) throws Exception {
    Path artifact = temp.resolve(name);
    ModelCompiler.compile(
        CompileOptions.of(source, artifact, PrecisionChoice.FP32), Progress.SILENT);
    return artifact;
  }
}
