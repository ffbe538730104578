package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.tune.PretrainedStart;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name a checkpoint and its configuration. */
final class CheckpointOptions {
  @Option(
      names = {"--checkpoint", "--init-checkpoint", "--init_checkpoint"},
      required = true,
      paramLabel = "PREFIX",
      description = "TensorFlow checkpoint, such as bert_model.ckpt.")
  private Path checkpoint;

  @Option(
      names = {"--bert-config", "--bert_config_file"},
      required = true,
      paramLabel = "FILE",
      description = "Its bert_config.json.")
  private Path configFile;

  PretrainedStart start() {
    return new PretrainedStart(checkpoint, configFile);
  }
}
