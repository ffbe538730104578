package io.ganglion.compiler.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.Sources;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFormsTest {
  @TempDir Path temp;

  @Test
  void bothFormsHoldTheSameEncoder() throws Exception {
    SampleConfig config =
        SampleConfig.of(
            new ModelDimensions(1024, 32, 2, 48, 2, 3, 96), 3, 32, Activation.GELU_ERF, 5);
    Source folder = sample("huggingface", config);
    Source savedModel = sample("savedmodel", config);
    assertThat(folder.model().dimensions()).isEqualTo(savedModel.model().dimensions());
    assertThat(folder.model().task()).isEqualTo(savedModel.model().task());
    assertThat(folder.model().activation()).isEqualTo(savedModel.model().activation());
    ArtifactWeights one = ArtifactWeights.of(folder.model());
    ArtifactWeights other = ArtifactWeights.of(savedModel.model());
    for (String name :
        List.of(
            WeightSchema.WORD_EMBEDDINGS,
            WeightSchema.SEGMENT_EMBEDDINGS,
            WeightSchema.Dense.QKV.name(0) + ".weight",
            WeightSchema.Dense.OUTPUT.name(1) + ".bias",
            WeightSchema.outputLayerNorm(1) + ".gamma",
            "pooler.weight")) {
      assertThat(one.read(name)).as(name).isEqualTo(other.read(name));
    }
  }

  private Source sample(String format, SampleConfig config) throws Exception {
    Path directory = temp.resolve(format);
    SampleFormat.named(format)
        .orElseThrow()
        .write(directory, config, SampleVocabulary.of(1024), Progress.SILENT);
    return Sources.installed().open(directory, null, Progress.SILENT);
  }
}
