package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.NeedsTensorFlow;
import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleFormat;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code compiler sample}. */
@Command(
    name = "sample",
    description = {
      "Makes a BERT classifier with seeded random weights, and a vocabulary: a HuggingFace folder, or"
          + " a SavedModel with the operators and names of an estimator export of"
          + " google-research/bert. Its answers depend on the text but mean nothing."
    },
    footer = {
      "Examples:",
      "  compiler sample --size mini --output /tmp/mini",
      "  compiler sample --layers 3 --hidden 192 --heads 6 --intermediate 512 --labels 5 --output /tmp/odd"
    })
final class SampleCommand implements Callable<Integer> {
  private static final String HUGGINGFACE = "huggingface";
  private static final String SAVEDMODEL = "savedmodel";
  private static final String SCOPE = "bert";
  private static final int POSITIONS = 512;
  private static final int SEGMENTS = 2;
  private static final int BERT_VOCABULARY = 30522;
  private static final int SMALL_VOCABULARY = 8192;

  /** Named sizes: layers x hidden size. */
  enum Size {
    TINY(2, 128, 2, SMALL_VOCABULARY),
    MINI(4, 256, 4, SMALL_VOCABULARY),
    BASE(12, 768, 12, BERT_VOCABULARY),
    LARGE(24, 1024, 16, BERT_VOCABULARY);

    private final int layers;
    private final int hidden;
    private final int heads;
    private final int vocabulary;

    Size(int layers, int hidden, int heads, int vocabulary) {
      this.layers = layers;
      this.hidden = hidden;
      this.heads = heads;
      this.vocabulary = vocabulary;
    }
  }

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory to write; must not exist.")
  private Path output;

  @Option(
      names = "--format",
      defaultValue = HUGGINGFACE,
      description = "huggingface, or savedmodel, which needs TensorFlow.")
  private String format;

  @Option(
      names = "--size",
      defaultValue = "tiny",
      description = {
        "tiny (2 layers x 128), mini (4 x 256), base (12 x 768) or large (24 x 1024). The four options below change it."
      })
  private Size size;

  @Option(names = "--layers", description = "Encoder layers.")
  private @Nullable Integer layers;

  @Option(names = "--hidden", description = "Hidden size, a multiple of the heads.")
  private @Nullable Integer hidden;

  @Option(names = "--heads", description = "Attention heads. Default: hidden size / 64.")
  private @Nullable Integer heads;

  @Option(names = "--intermediate", description = "Intermediate size. Default: 4 x hidden size.")
  private @Nullable Integer intermediate;

  @Option(
      names = "--labels",
      defaultValue = "2",
      description = "Number of labels; 1 is a regression.")
  private int labels;

  @Option(
      names = {"--sequence-length", "--sequence_length"},
      defaultValue = "128",
      description =
          "Most tokens of a text, 3 to 512; a SavedModel's inputs have this fixed length.")
  private int sequenceLength;

  @Option(
      names = "--gelu",
      defaultValue = "tanh",
      description = "erf, or tanh as in google-research/bert.")
  private GeluForm gelu;

  @Option(names = "--seed", defaultValue = "1", description = "Of the weights.")
  private long seed;

  @Option(
      names = "--vocab",
      paramLabel = "FILE",
      description = "A vocabulary with one WordPiece a line. Default: a built-in English one.")
  private @Nullable Path vocab;

  @Option(
      names = "--vocab-size",
      description =
          "Size of the built-in vocabulary. Default: 8192; for base and large 30522, as in BERT.")
  private @Nullable Integer vocabularySize;

  @Option(
      names = "--outliers",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Plant N hidden dimensions in each layer norm whose scale is 10 to 50 times the rest, as"
              + " in trained models.")
  private int outliers;

  @Option(
      names = "--scope",
      defaultValue = SCOPE,
      description = "Variable scope of the encoder in a SavedModel.")
  private String scope;

  @Option(
      names = "--frozen",
      description = "Keep a SavedModel's weights in the graph as constants (for small models).")
  private boolean frozen;

  @Option(
      names = "--no-label-inputs",
      description = "Leave out a SavedModel's label_ids, is_real_example and loss.")
  private boolean noLabelInputs;

  private enum GeluForm {
    ERF(Activation.GELU_ERF),
    TANH(Activation.GELU_TANH);

    private final Activation activation;

    GeluForm(Activation activation) {
      this.activation = activation;
    }
  }

  private SampleCommand() {}

  @Override
  public Integer call() throws CompileException {
    List<String> vocabulary = vocabulary();
    SampleConfig config =
        new SampleConfig(
            dimensions(vocabulary.size()),
            labels,
            sequenceLength,
            gelu.activation,
            scope,
            frozen,
            !noLabelInputs,
            seed,
            outliers);
    form().write(output, config, vocabulary, CompilerMain.progress());
    ModelDimensions d = config.dimensions();
    System.out.printf(
        "%s: %d layers x %d, %d heads, vocabulary %d, %d labels, sequence length %d%n",
        output, d.layers(), d.hiddenSize(), d.heads(), d.vocabularySize(), labels, sequenceLength);
    return 0;
  }

  private SampleFormat form() throws CompileException {
    String name = format.toLowerCase(Locale.ROOT);
    if (!name.equals(HUGGINGFACE) && !name.equals(SAVEDMODEL)) {
      throw new SettingException(
          "--format is " + HUGGINGFACE + " or " + SAVEDMODEL + ", not " + format + ".");
    }
    if (name.equals(HUGGINGFACE) && (frozen || noLabelInputs || !scope.equals(SCOPE))) {
      throw new SettingException(
          "--scope, --frozen and --no-label-inputs are for --format " + SAVEDMODEL + ".");
    }
    return SampleFormat.named(name).orElseThrow(() -> NeedsTensorFlow.failure("A SavedModel"));
  }

  private ModelDimensions dimensions(int vocabulary) {
    int width = hidden == null ? size.hidden : hidden;
    int defaultHeads = hidden == null ? size.heads : Math.max(1, width / 64);
    try {
      return new ModelDimensions(
          vocabulary,
          POSITIONS,
          SEGMENTS,
          width,
          layers == null ? size.layers : layers,
          heads == null ? defaultHeads : heads,
          intermediate == null ? Sizes.intermediate(width) : intermediate);
    } catch (IllegalArgumentException e) {
      throw new SettingException(String.valueOf(e.getMessage()));
    }
  }

  private List<String> vocabulary() throws CompileException {
    if (vocab != null) {
      try {
        return Files.readAllLines(vocab);
      } catch (IOException e) {
        throw new CompileException(
            "The vocabulary " + vocab + " cannot be read: " + e.getMessage(), e);
      }
    }
    return SampleVocabulary.of(vocabularySize == null ? size.vocabulary : vocabularySize);
  }
}
