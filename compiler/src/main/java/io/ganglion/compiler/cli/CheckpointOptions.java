package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.BertConfig;
import io.ganglion.compiler.tune.CheckpointReader;
import io.ganglion.compiler.tune.Placement;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
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

  BertConfig config() throws CompileException {
    return BertConfig.read(configFile);
  }

  /**
   * Weights of the checkpoint, and new ones for a classifier that it lacks; says what became of
   * which.
   */
  Map<String, float[]> weights(BertConfig config, long seed, PrintStream out)
      throws CompileException {
    CheckpointReader reader = CheckpointReader.open(checkpoint);
    Placement placement = Placement.of(reader.shapes(), config, checkpoint, configFile);
    out.println(checkpoint + ": " + placement.describe());
    return placement.values(reader, config, seed);
  }

  /** Tells this checkpoint from others. */
  String identity() throws CompileException {
    return checkpoint.getFileName()
        + " "
        + TuneCommand.digest(CheckpointReader.open(checkpoint).index());
  }
}
