package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Writes a checkpoint of a BERT classifier as a SavedModel. */
public final class CheckpointExport {
  private CheckpointExport() {}

  /**
   * The export that was written.
   *
   * @param sequenceLength length of its inputs in tokens
   */
  public record Result(BertConfig config, int sequenceLength) {}

  /**
   * Writes the SavedModel. The directory must not exist.
   *
   * @param maxLength length of its inputs in tokens; the model's positions if they are fewer
   * @param seed seed of the classifier's weights if the checkpoint has none
   * @param notes receives a text about the use of the checkpoint's tensors
   */
  public static Result write(
      PretrainedStart start,
      Path vocabularyFile,
      Path output,
      int maxLength,
      long seed,
      Consumer<String> notes)
      throws CompileException {
    OutputDirectory.requireFree(output.toAbsolutePath());
    Vocabulary vocabulary = PairData.vocabulary(vocabularyFile);
    BertConfig config = start.config(vocabulary.size(), maxLength);
    PairData.requireFit(vocabulary, vocabularyFile, config);
    Map<String, float[]> weights = start.weights(config, seed, notes);
    int length = Math.min(maxLength, config.maxPositions());
    ModelExport.write(output, config, length, vocabularyFile, weights, null);
    return new Result(config, length);
  }
}
