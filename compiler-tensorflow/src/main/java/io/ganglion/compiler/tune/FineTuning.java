package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Trains a classifier on labelled pairs and writes the best model as a SavedModel. A run that was
 * stopped or interrupted continues when it is started again with the same settings. Used once, by
 * one thread.
 */
public final class FineTuning {
  private final TuningFiles files;
  private final boolean cased;
  private final StartingPoint start;
  private final TuneConfig config;
  private final TuneProgress progress;
  private final BooleanSupplier stop;

  /**
   * Creates a run.
   *
   * @param cased whether to keep the case and accents of texts
   * @param stop whether to end before the end, after the step under way
   */
  public FineTuning(
      TuningFiles files,
      boolean cased,
      StartingPoint start,
      TuneConfig config,
      TuneProgress progress,
      BooleanSupplier stop) {
    this.files = files;
    this.cased = cased;
    this.start = start;
    this.config = config;
    this.progress = progress;
    this.stop = stop;
  }

  /** How a run ended. */
  public sealed interface Outcome {}

  /**
   * It went to its end.
   *
   * @param savedModel the SavedModel that was written
   * @param best its evaluation on the dev pairs
   */
  public record Finished(Path savedModel, Evaluation best) implements Outcome {}

  /**
   * It was asked to stop. The same run goes on from its checkpoint.
   *
   * @param step number of steps done
   * @param steps number of steps of the whole run
   */
  public record Stopped(Path checkpoint, int step, int steps) implements Outcome {}

  /** Trains to the end, or until it is asked to stop. */
  public Outcome run() throws CompileException {
    Vocabulary vocabulary = PairData.vocabulary(files.vocabulary());
    BertConfig model = start.config(vocabulary.size(), config.maxLength());
    PairData.requireFit(vocabulary, files.vocabulary(), model);
    if (config.maxLength() > model.maxPositions()) {
      throw new CompileException(
          "The longest sequence is to have %d tokens and the model has %d positions."
              .formatted(config.maxLength(), model.maxPositions()));
    }
    if (Files.exists(files.savedModel())) {
      throw new CompileException(
          files.savedModel()
              + " exists already: this run is finished; name another output directory.");
    }
    Tokenizer tokenizer =
        TokenizerSpec.googleBert(vocabulary, !cased).tokenizer(config.maxLength());
    List<Example> train = PairData.read(files.train(), tokenizer);
    List<Example> dev = PairData.read(files.dev(), tokenizer);
    progress.note(
        "%d training pairs, %d dev pairs; %d layers x %d, vocabulary %d"
            .formatted(
                train.size(),
                dev.size(),
                model.layers(),
                model.hiddenSize(),
                model.vocabularySize()));
    RunState state =
        new Tuner(model, config, train, dev, progress, stop)
            .run(
                files.checkpoints(),
                settings(model),
                () -> start.weights(model, config.seed(), progress::note));
    int steps = config.totalSteps(train.size());
    if (state.stepsDone() < steps) {
      return new Stopped(
          files.checkpoints().resolve(String.valueOf(state.latest())), state.stepsDone(), steps);
    }
    export(model, state);
    return new Finished(files.savedModel(), state.bestEvaluation());
  }

  private void export(BertConfig model, RunState state) throws CompileException {
    CheckpointReader reader =
        CheckpointReader.open(files.checkpoints().resolve(String.valueOf(state.best())));
    List<String> names =
        Parameter.of(model, PairLabels.COUNT).stream().map(Parameter::name).toList();
    try {
      ModelExport.write(
          files.savedModel(),
          model,
          config.maxLength(),
          files.vocabulary(),
          reader.read(names),
          state.bestEvaluation());
    } catch (CompileException e) {
      throw new CompileException(
          "Training is done and its best checkpoint kept in %s, but the model cannot be written: %s;"
                  .formatted(
                      files.checkpoints(), String.valueOf(e.getMessage()).replaceFirst("\\.$", ""))
              + " set that right and start the same run again.",
          e);
    }
  }

  /** Describes all that a run's result depends on. */
  private String settings(BertConfig model) throws CompileException {
    return String.format(
        Locale.ROOT,
        "%s, length %d, batch %d, rate %s, epochs %s, warm-up %s, seed %d, threads %d, %s, train"
            + " %s, dev %s, vocabulary %s, model %s",
        start.identity(),
        config.maxLength(),
        config.batchSize(),
        config.learningRate(),
        config.epochs(),
        config.warmup(),
        config.seed(),
        config.threads(),
        cased ? "cased" : "uncased",
        FileDigest.of(files.train()),
        FileDigest.of(files.dev()),
        FileDigest.of(files.vocabulary()),
        FileDigest.ofText(model.toJson()));
  }
}
