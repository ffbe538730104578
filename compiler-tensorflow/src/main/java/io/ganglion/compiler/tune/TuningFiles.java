package io.ganglion.compiler.tune;

import java.nio.file.Path;

/**
 * The files of a training run.
 *
 * @param data directory with {@code train.tsv} and {@code dev.tsv} in the columns of GLUE's MRPC
 * @param vocabulary file of WordPieces, one a line
 * @param output directory of the run
 */
public record TuningFiles(Path data, Path vocabulary, Path output) {
  Path train() {
    return data.resolve("train.tsv");
  }

  Path dev() {
    return data.resolve("dev.tsv");
  }

  Path checkpoints() {
    return output.resolve("checkpoints");
  }

  Path savedModel() {
    return output.resolve("saved_model");
  }
}
