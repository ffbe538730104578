package io.ganglion.compiler.tune;

import java.nio.file.Path;

/** Receives reports on a training run, on the training thread. */
public interface TuneProgress {
  /** A line about the starting point of the run. */
  void note(String line);

  /** The run continues from a checkpoint. */
  void resumed(Path checkpoint);

  /** Training begins with {@code step} of {@code steps} steps done. */
  void start(int step, int steps, int perEpoch);

  /** Step {@code step}, from 1, is done. */
  void step(int step, float stepLoss);

  /** An evaluation is done and its checkpoint saved. */
  void evaluated(Evaluation evaluation);
}
