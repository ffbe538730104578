package io.ganglion.compiler.tune;

import java.nio.file.Path;

/** Hears how a training run goes, on the thread that trains. */
public interface TuneProgress {
  /** A line about what the run starts from. */
  void note(String line);

  /** The run goes on from a checkpoint. */
  void resumed(Path checkpoint);

  /** Training begins after {@code step} of {@code steps} steps. */
  void start(int step, int steps, int perEpoch);

  /** Step {@code step}, from 1, is done. */
  void step(int step, float stepLoss);

  /** An evaluation is done and its checkpoint saved. */
  void evaluated(Evaluation evaluation);
}
