package io.ganglion.compiler.tune;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.savedmodel.ClassifierWriter;
import io.ganglion.runtime.model.ModelDimensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a classifier as a SavedModel in the form of an estimator export, with its vocabulary,
 * label names, configuration and evaluation beside it.
 */
final class ModelExport {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private ModelExport() {}

  /**
   * Writes the model. The directory must not exist, and appears whole or not at all.
   *
   * @param weights row-major, by parameter name
   * @param evaluation the result on the dev pairs, if known
   */
  static void write(
      Path directory,
      BertConfig config,
      int sequenceLength,
      Path vocabulary,
      Map<String, float[]> weights,
      @Nullable Evaluation evaluation)
      throws CompileException {
    try (OutputDirectory output = OutputDirectory.create(directory)) {
      Path work = output.work();
      ClassifierWriter.write(work, sample(config, sequenceLength), weights);
      Path assets = Files.createDirectories(work.resolve("assets"));
      Files.copy(vocabulary, assets.resolve("vocab.txt"));
      Files.writeString(assets.resolve("labels.txt"), String.join("\n", PairLabels.NAMES) + "\n");
      Files.writeString(work.resolve("bert_config.json"), config.toJson());
      if (evaluation != null) {
        Files.writeString(work.resolve("eval.json"), json(evaluation));
      }
      output.commit();
    } catch (IOException e) {
      throw new CompileException(
          "The model cannot be written to " + directory + ": " + e.getMessage() + ".", e);
    }
  }

  private static SampleConfig sample(BertConfig config, int sequenceLength) {
    ModelDimensions dimensions =
        new ModelDimensions(
            config.vocabularySize(),
            config.maxPositions(),
            config.segments(),
            config.hiddenSize(),
            config.layers(),
            config.heads(),
            config.intermediateSize());
    return SampleConfig.of(dimensions, PairLabels.COUNT, sequenceLength, config.activation(), 0);
  }

  private static String json(Evaluation evaluation) throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("eval_accuracy", evaluation.accuracy());
    figures.put("eval_f1", evaluation.f1());
    figures.put("eval_loss", evaluation.loss());
    figures.put("eval_examples", evaluation.examples());
    figures.put("global_step", evaluation.step());
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(figures) + "\n";
  }
}
