package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.cli.BroughtCommand;
import io.ganglion.compiler.cli.CompilerMain;
import io.ganglion.compiler.tune.Evaluation;
import io.ganglion.compiler.tune.FineTuning;
import io.ganglion.compiler.tune.ModelStart;
import io.ganglion.compiler.tune.StartingPoint;
import io.ganglion.compiler.tune.TuneConfig;
import io.ganglion.compiler.tune.TuningFiles;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler-tensorflow tune}; picocli fills it. */
@Command(
    name = "tune",
    description = {
      "Fine-tunes BERT on sentence pairs by the recipe of run_classifier.py and writes the best"
          + " model as a SavedModel. Ctrl-C ends a run after the step under way and saves it. A run"
          + " that was stopped or killed continues when the same command is given again."
    },
    footer = {
      "Examples:",
      "  compiler-tensorflow tune --data MRPC --checkpoint uncased_L-12_H-768_A-12/bert_model.ckpt \\",
      "      --bert-config uncased_L-12_H-768_A-12/bert_config.json \\",
      "      --vocab uncased_L-12_H-768_A-12/vocab.txt --output /tmp/mrpc",
      "  compiler-tensorflow generate-pairs --output /tmp/pairs",
      "  compiler-tensorflow tune --data /tmp/pairs --init-from-scratch --layers 2 --hidden 128 \\",
      "      --learning-rate 3e-4 --output /tmp/small",
      "",
      "Writes OUTPUT/saved_model for `compiler compile` and OUTPUT/checkpoints."
    })
public final class TuneCommand implements BroughtCommand {
  /** What shells report of a program that Ctrl-C has ended. */
  private static final int STOPPED = 130;

  @Option(
      names = {"--data", "--data_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory with train.tsv and dev.tsv in the columns of GLUE's MRPC.")
  private Path data;

  @Option(
      names = {"--output", "--output_dir"},
      required = true,
      paramLabel = "DIR",
      description = "Directory of this run.")
  private Path output;

  @Option(
      names = {"--vocab", "--vocab_file"},
      paramLabel = "FILE",
      description = "WordPieces, one a line. Default: vocab.txt of the data directory.")
  private @Nullable Path vocab;

  @ArgGroup private @Nullable ModelSource source;

  @Option(
      names = {"--max-seq-length", "--max_seq_length"},
      defaultValue = "128",
      description = "Most tokens of a pair; longer pairs are cut.")
  private int maxLength;

  @Option(
      names = {"--train-batch-size", "--train_batch_size"},
      defaultValue = "32",
      description = "Pairs in each step.")
  private int batchSize;

  @Option(
      names = {"--learning-rate", "--learning_rate"},
      defaultValue = "2e-5",
      description = "Highest learning rate.")
  private double learningRate;

  @Option(
      names = {"--num-train-epochs", "--num_train_epochs"},
      defaultValue = "3.0",
      description = "Passes over the training pairs.")
  private double epochs;

  @Option(
      names = {"--warmup-proportion", "--warmup_proportion"},
      defaultValue = "0.1",
      description = "Share of the steps in which the learning rate rises.")
  private double warmup;

  @Option(
      names = {"--save-checkpoints-steps", "--save_checkpoints_steps"},
      defaultValue = "1000",
      description = "Steps between checkpoints within an epoch; one follows each epoch, too.")
  private int saveSteps;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of new weights, order and dropout.")
  private long seed;

  @Option(
      names = "--threads",
      description =
          "TensorFlow's threads. Default: one for each processor. Results are the same only"
              + " for the same number.")
  private @Nullable Integer threads;

  @Option(
      names = "--cased",
      description = "Keep case and accents of texts: for models trained on cased text.")
  private boolean cased;

  /** The model to start from. */
  static final class ModelSource {
    @ArgGroup(exclusive = false)
    private @Nullable CheckpointOptions checkpoint;

    @ArgGroup(exclusive = false)
    private @Nullable ScratchOptions scratch;

    @Option(
        names = "--model",
        paramLabel = "PATH",
        description =
            "A model of any kind that `compile` takes: its encoder is the start, and the pooler and"
                + " the classifier are new.")
    private @Nullable Path model;
  }

  @Override
  public Integer call() throws CompileException {
    TuneReport report = new TuneReport(System.err, CompilerMain.isTerminal(), System::nanoTime);
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    TuneConfig config =
        new TuneConfig(maxLength, batchSize, learningRate, epochs, warmup, seed, count, saveSteps);
    TuningFiles files =
        new TuningFiles(data, vocab == null ? data.resolve("vocab.txt") : vocab, output);
    StartingPoint from = start();
    try (StopRequest stop = StopRequest.onSignal(report::stopping)) {
      FineTuning.Outcome outcome =
          new FineTuning(files, cased, from, config, report, stop::isMade).run();
      if (outcome instanceof FineTuning.Stopped stopped) {
        report.stopped(stopped);
        return STOPPED;
      }
      print((FineTuning.Finished) outcome);
      return 0;
    }
  }

  private static void print(FineTuning.Finished finished) {
    Evaluation best = finished.best();
    System.out.printf(
        Locale.ROOT,
        "%s: accuracy %.4f, F1 %.4f, loss %.4f on %d dev pairs after %d steps%n",
        finished.savedModel(),
        best.accuracy(),
        best.f1(),
        best.loss(),
        best.examples(),
        best.step());
  }

  private StartingPoint start() {
    if (source != null && source.checkpoint != null) {
      return source.checkpoint.start();
    }
    if (source != null && source.scratch != null) {
      return source.scratch.start();
    }
    if (source != null && source.model != null) {
      return new ModelStart(source.model);
    }
    throw new SettingException(
        "Say what to start from: --model, --checkpoint with --bert-config, or"
            + " --init-from-scratch.");
  }
}
