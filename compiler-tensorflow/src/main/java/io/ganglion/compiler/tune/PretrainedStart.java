package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A TensorFlow checkpoint. A pooler or classifier that it lacks gets new values.
 *
 * @param checkpoint its prefix, such as {@code bert_model.ckpt}
 * @param configFile its {@code bert_config.json}
 */
public record PretrainedStart(Path checkpoint, Path configFile) implements StartingPoint {
  /** The checkpoint's own sizes; vocabulary and length do not change them. */
  @Override
  public BertConfig config(int vocabularySize, int maxLength) throws CompileException {
    return BertConfig.read(configFile);
  }

  @Override
  public Map<String, float[]> weights(BertConfig config, long seed, Consumer<String> notes)
      throws CompileException {
    CheckpointReader reader = CheckpointReader.open(checkpoint);
    Placement placement = Placement.of(reader.shapes(), config, checkpoint, configFile);
    notes.accept(checkpoint + ": " + placement.describe());
    return placement.values(reader, config, seed);
  }

  @Override
  public String identity() throws CompileException {
    return "from "
        + checkpoint.getFileName()
        + " "
        + FileDigest.of(CheckpointReader.open(checkpoint).index());
  }
}
