package io.ganglion.compiler.cli;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.BertConfig;
import io.ganglion.compiler.tune.CheckpointReader;
import io.ganglion.compiler.tune.Evaluation;
import io.ganglion.compiler.tune.Example;
import io.ganglion.compiler.tune.FreshWeights;
import io.ganglion.compiler.tune.ModelExport;
import io.ganglion.compiler.tune.PairData;
import io.ganglion.compiler.tune.PairLabels;
import io.ganglion.compiler.tune.Parameter;
import io.ganglion.compiler.tune.RunState;
import io.ganglion.compiler.tune.TuneConfig;
import io.ganglion.compiler.tune.Tuner;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler tune}. */
@Command(
    name = "tune",
    description = {
      "Fine-tunes BERT on sentence pairs by the recipe of run_classifier.py and writes the best"
          + " model as a SavedModel. A run that was stopped goes on where it was when the same command"
          + " is given again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  compiler tune --data MRPC --checkpoint uncased_L-12_H-768_A-12/bert_model.ckpt \\",
      "      --bert-config uncased_L-12_H-768_A-12/bert_config.json \\",
      "      --vocab uncased_L-12_H-768_A-12/vocab.txt --output /tmp/mrpc",
      "  compiler generate-pairs --output /tmp/pairs",
      "  compiler tune --data /tmp/pairs --init-from-scratch --layers 2 --hidden 128 \\",
      "      --learning-rate 3e-4 --output /tmp/small",
      "",
      "Writes OUTPUT/saved_model for `compiler compile` and OUTPUT/checkpoints."
    })
public final class TuneCommand implements Callable<Integer> {
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
      description = "WordPieces, one a line; default: vocab.txt of the data directory.")
  private @Nullable Path vocab;

  @ArgGroup private @Nullable ModelSource source;

  @Option(
      names = {"--max-seq-length", "--max_seq_length"},
      defaultValue = "128",
      description = "Most tokens of a pair; longer ones are cut; default: ${DEFAULT-VALUE}.")
  private int maxLength;

  @Option(
      names = {"--train-batch-size", "--train_batch_size"},
      defaultValue = "32",
      description = "Pairs a step; default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = {"--learning-rate", "--learning_rate"},
      defaultValue = "2e-5",
      description = "Highest learning rate; default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = {"--num-train-epochs", "--num_train_epochs"},
      defaultValue = "3.0",
      description = "Passes over the training pairs; default: ${DEFAULT-VALUE}.")
  private double epochs;

  @Option(
      names = {"--warmup-proportion", "--warmup_proportion"},
      defaultValue = "0.1",
      description = "Share of the steps in which the rate rises; default: ${DEFAULT-VALUE}.")
  private double warmup;

  @Option(
      names = {"--save-checkpoints-steps", "--save_checkpoints_steps"},
      defaultValue = "1000",
      description =
          "Steps between checkpoints, beside those of each epoch; default:" + " ${DEFAULT-VALUE}.")
  private int saveSteps;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of new weights, order and dropout; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      description =
          "Threads of TensorFlow; default: one a processor. Results repeat exactly only"
              + " for the same number.")
  private @Nullable Integer threads;

  @Option(
      names = "--cased",
      description = "Keep case and accents of texts: for models trained on cased text.")
  private boolean cased;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private TuneCommand() {}

  /** Where the model comes from. */
  static final class ModelSource {
    @ArgGroup(exclusive = false)
    private @Nullable CheckpointOptions checkpoint;

    @ArgGroup(exclusive = false)
    private @Nullable ScratchOptions scratch;
  }

  @Override
  @SuppressWarnings("SystemConsoleNull") // later JDKs only draw a bar into a file
  public Integer call() throws CompileException {
    TuneConfig config = config();
    Path vocabularyFile = vocab == null ? data.resolve("vocab.txt") : vocab;
    Vocabulary vocabulary = PairData.vocabulary(vocabularyFile);
    BertConfig model = model(vocabulary);
    PairData.requireFit(vocabulary, vocabularyFile, model);
    requirePositions(model);
    Path finished = output.resolve("saved_model");
    if (Files.exists(finished)) {
      throw new CompileException(
          finished + " exists already: this run is finished; name another --output.");
    }
    PairEncoder encoder = new PairEncoder(vocabulary, !cased, maxLength);
    List<Example> train = PairData.read(data.resolve("train.tsv"), encoder);
    List<Example> dev = PairData.read(data.resolve("dev.tsv"), encoder);
    System.err.printf(
        Locale.ROOT,
        "%d training pairs, %d dev pairs; %d layers x %d, vocabulary %d%n",
        train.size(),
        dev.size(),
        model.layers(),
        model.hiddenSize(),
        model.vocabularySize());
    TuneReport report = new TuneReport(System.err, System.console() != null);
    Path checkpoints = output.resolve("checkpoints");
    RunState state =
        new Tuner(model, config, train, dev, report)
            .run(checkpoints, settings(config, model, vocabularyFile), () -> start(model));
    export(model, checkpoints, state, vocabularyFile, finished);
    return 0;
  }

  private void export(
      BertConfig model, Path checkpoints, RunState state, Path vocabulary, Path finished)
      throws CompileException {
    Evaluation best = state.bestEvaluation();
    CheckpointReader reader =
        CheckpointReader.open(checkpoints.resolve(String.valueOf(state.best())));
    List<String> names =
        Parameter.of(model, PairLabels.COUNT).stream().map(Parameter::name).toList();
    try {
      ModelExport.write(finished, model, maxLength, vocabulary, reader.read(names), best);
    } catch (CompileException e) {
      throw new CompileException(
          "Training is done and its best checkpoint kept in %s, but the model cannot be written: %s;"
                  .formatted(checkpoints, String.valueOf(e.getMessage()).replaceFirst("\\.$", ""))
              + " set that right and run the same command again.",
          e);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: accuracy %.4f, F1 %.4f, loss %.4f on %d dev pairs after %d steps%n",
        finished,
        best.accuracy(),
        best.f1(),
        best.loss(),
        best.examples(),
        best.step());
  }

  private TuneConfig config() {
    try {
      int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
      return new TuneConfig(
          maxLength, batchSize, learningRate, epochs, warmup, seed, count, saveSteps);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private BertConfig model(Vocabulary vocabulary) throws CompileException {
    CheckpointOptions checkpoint = checkpoint();
    if (checkpoint != null) {
      return checkpoint.config();
    }
    try {
      return scratch().config(vocabulary.size(), Math.max(maxLength, 128));
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private Map<String, float[]> start(BertConfig model) throws CompileException {
    CheckpointOptions checkpoint = checkpoint();
    return checkpoint == null
        ? FreshWeights.of(model, seed)
        : checkpoint.weights(model, seed, System.err);
  }

  private @Nullable CheckpointOptions checkpoint() {
    return source == null ? null : source.checkpoint;
  }

  private ScratchOptions scratch() {
    if (source == null || source.scratch == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Say what to start from: --checkpoint with --bert-config, or --init-from-scratch.");
    }
    return source.scratch;
  }

  private void requirePositions(BertConfig model) throws CompileException {
    if (maxLength > model.maxPositions()) {
      throw new CompileException(
          "--max-seq-length is %d and the model has %d positions."
              .formatted(maxLength, model.maxPositions()));
    }
  }

  /** All that a run's result depends on, in words. */
  private String settings(TuneConfig config, BertConfig model, Path vocabulary)
      throws CompileException {
    CheckpointOptions checkpoint = checkpoint();
    String start = checkpoint == null ? "from scratch" : "from " + checkpoint.identity();
    return String.format(
        Locale.ROOT,
        "%s, length %d, batch %d, rate %s, epochs %s, warm-up %s, seed %d, threads %d, %s, train %s,"
            + " dev %s, vocabulary %s, model %s",
        start,
        config.maxLength(),
        config.batchSize(),
        config.learningRate(),
        config.epochs(),
        config.warmup(),
        config.seed(),
        config.threads(),
        cased ? "cased" : "uncased",
        digest(data.resolve("train.tsv")),
        digest(data.resolve("dev.tsv")),
        digest(vocabulary),
        Hashing.sha256().hashUnencodedChars(model.toJson()).toString().substring(0, 12));
  }

  /** The start of a file's SHA-256. */
  static String digest(Path file) throws CompileException {
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString().substring(0, 12);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private CommandLine.ParameterException usage(IllegalArgumentException e) {
    return new CommandLine.ParameterException(
        spec.commandLine(), String.valueOf(e.getMessage()), e);
  }
}
