package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Trains a classifier in a run directory and evaluates it after each epoch. Asked to stop, it ends
 * after the step under way and saves a checkpoint. After that or any interruption the same call
 * continues from the last checkpoint, with the same result on the same machine. Used by one thread.
 */
final class Tuner {
  private static final int SAMPLE = 64;

  /** The first values, if this run has no checkpoint yet; row-major values by name. */
  @FunctionalInterface
  interface Start {
    Map<String, float[]> values() throws CompileException;
  }

  private final BertConfig model;
  private final TuneConfig config;
  private final List<Example> train;
  private final List<Example> dev;
  private final TuneProgress progress;
  private final BooleanSupplier stop;

  /**
   * @param stop whether to end after this step; asked once a step
   */
  Tuner(
      BertConfig model,
      TuneConfig config,
      List<Example> train,
      List<Example> dev,
      TuneProgress progress,
      BooleanSupplier stop) {
    this.model = model;
    this.config = config;
    this.train = List.copyOf(train);
    this.dev = List.copyOf(dev);
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Trains to the end, or until it is asked to stop.
   *
   * @param settings all that the result depends on; a directory of a run with other settings is
   *     refused
   */
  RunState run(Path directory, String settings, Start start) throws CompileException {
    RunState state = open(directory, settings);
    Checkpoints checkpoints = new Checkpoints(directory, state);
    BatchPlan plan = new BatchPlan(train, config.batchSize(), config.parts(), config.seed());
    try (TrainingSession session = session(plan)) {
      String latest = state.latest();
      if (latest == null) {
        session.initialize(start.values());
      } else {
        session.restore(directory.resolve(latest));
        progress.resumed(directory.resolve(latest));
      }
      train(session, plan, checkpoints);
    } catch (TensorFlowException e) {
      throw new CompileException(
          "TensorFlow stopped: %s; %s."
              .formatted(
                  String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                  checkpoints.lastGood()),
          e);
    }
    return checkpoints.state();
  }

  private TrainingSession session(BatchPlan plan) {
    return new TrainingSession(
        model, PairLabels.COUNT, config.seed(), plan.parts(), config.threadsPerPart());
  }

  private static RunState open(Path directory, String settings) throws CompileException {
    @Nullable RunState state = RunState.read(directory);
    if (state == null) {
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new CompileException("Cannot write into " + directory + ": " + e.getMessage(), e);
      }
      return RunState.fresh(settings);
    }
    if (!state.settings().equals(settings)) {
      throw new CompileException(
          ("%s holds a run with other settings (%s; now: %s): name another output directory, or"
                  + " remove it.")
              .formatted(directory, state.settings(), settings));
    }
    return state;
  }

  private void train(TrainingSession session, BatchPlan plan, Checkpoints checkpoints)
      throws CompileException {
    int total = config.totalSteps(train.size());
    int step = Math.toIntExact(session.stepsDone());
    progress.start(step, total, plan.stepsPerEpoch());
    while (step < total) {
      TrainingSession.StepResult result =
          session.step(plan.at(step), step, config.learningRate(step, total));
      step++;
      if (!result.isFinite()) {
        throw diverged("loss " + result.loss() + " in step " + step, checkpoints);
      }
      progress.step(step, result.loss());
      boolean stopping = stop.getAsBoolean();
      if (step % plan.stepsPerEpoch() == 0 || step == total) {
        Evaluation evaluation = evaluate(session, dev, step, checkpoints);
        checkpoints.save(session, step, evaluation);
        progress.evaluated(evaluation);
      } else if (step % config.saveSteps() == 0 || stopping) {
        // The loss belongs to the weights before the step. Check those that will be saved.
        evaluate(session, dev.subList(0, Math.min(SAMPLE, dev.size())), step, checkpoints);
        checkpoints.save(session, step);
      }
      if (stopping) {
        return;
      }
    }
  }

  private static Evaluation evaluate(
      TrainingSession session, List<Example> examples, int step, Checkpoints checkpoints)
      throws CompileException {
    Evaluation evaluation = Evaluation.of(session::logits, examples, step);
    if (!evaluation.isFinite()) {
      throw diverged("an evaluation loss that is no number after step " + step, checkpoints);
    }
    return evaluation;
  }

  private static CompileException diverged(String what, Checkpoints checkpoints) {
    return new CompileException(
        ("Training came to %s and stopped: train with a lower learning rate into another output"
                + " directory; %s.")
            .formatted(what, checkpoints.lastGood()));
  }
}
