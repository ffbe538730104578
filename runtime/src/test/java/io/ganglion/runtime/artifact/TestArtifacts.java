package io.ganglion.runtime.artifact;

import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Partition;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Provenance;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.Verified;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes small valid artifacts with seeded random weights for tests. Unless told otherwise the
 * golden outputs are those of {@link ReferenceEncoder} on the weights before they were rounded.
 *
 * <pre>{@code
 * Path model = TestArtifacts.tiny().precision(Precision.BF16).write(directory.resolve("model"));
 * }</pre>
 */
public final class TestArtifacts {
  /** Answers for golden inputs. */
  @FunctionalInterface
  public interface OutputsOf {
    float[] of(TokenSequence input);
  }

  /** Writes other files of an artifact before it is staged. */
  @FunctionalInterface
  public interface MoreFiles {
    void write(Path workDirectory, ModelManifest manifest, Map<String, float[]> weights)
        throws ArtifactException, IOException;
  }

  private static final List<String> WORDS =
      List.of("the", "a", "cat", "dog", "sat", "ran", "on", "in", "mat", "house", "red", "big");

  private final ModelDimensions dimensions;
  private Precision precision = Precision.FP32;
  private Map<String, Precision> layerPrecision = Map.of();
  private List<String> labels = List.of("not_paraphrase", "paraphrase");
  private @Nullable List<HeadLayer> head;
  private Activation activation = Activation.GELU_TANH;
  private Task task = Task.classification(OutputActivation.SOFTMAX);
  private int batchSize = 6;
  private int sequenceLength;
  private long seed = 1;
  private List<String> more = List.of();
  private double tolerance;
  private int goldenInputs = 4;
  private OutputsOf golden;
  private int overflowing = -1;
  private MoreFiles moreFiles = (directory, manifest, weights) -> {};

  private TestArtifacts(ModelDimensions dimensions) {
    this.dimensions = dimensions;
    this.sequenceLength = dimensions.maxPositions();
  }

  public static TestArtifacts of(ModelDimensions dimensions) {
    return new TestArtifacts(dimensions);
  }

  /** Two layers of 32 with two heads, 160 pieces, 64 positions. */
  public static TestArtifacts tiny() {
    return of(new ModelDimensions(160, 64, 2, 32, 2, 2, 64));
  }

  public TestArtifacts precision(Precision precision) {
    this.precision = precision;
    return this;
  }

  public TestArtifacts layerPrecision(Map<String, Precision> layerPrecision) {
    this.layerPrecision = layerPrecision;
    return this;
  }

  public TestArtifacts labels(String... labels) {
    this.labels = List.of(labels);
    return this;
  }

  /** Sets the head. Default: the pooler and a dense layer for the labels. */
  public TestArtifacts head(HeadLayer... head) {
    this.head = List.of(head);
    return this;
  }

  public TestArtifacts activation(Activation activation) {
    this.activation = activation;
    return this;
  }

  /** Classifies sequences with this output, which is softmax by default. */
  public TestArtifacts output(OutputActivation output) {
    task = Task.classification(output);
    return this;
  }

  /** Gives vectors, without a head. */
  public TestArtifacts embedding(Pooling pooling, boolean unit) {
    task = Task.embedding(pooling, unit);
    labels = List.of();
    head = List.of();
    return this;
  }

  /** Labels each token, with a head of one dense layer. */
  public TestArtifacts tokens(String... labels) {
    task = Task.tokens();
    this.labels = List.of(labels);
    head = List.of(classifier());
    return this;
  }

  public TestArtifacts batchSize(int batchSize) {
    this.batchSize = batchSize;
    return this;
  }

  public TestArtifacts sequenceLength(int sequenceLength) {
    this.sequenceLength = sequenceLength;
    return this;
  }

  public TestArtifacts named(String name) {
    this.more = List.of("name=" + name);
    return this;
  }

  public TestArtifacts seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Sets the tolerance. Default: one that fits the precision. */
  public TestArtifacts tolerance(double tolerance) {
    this.tolerance = tolerance;
    return this;
  }

  /** Sets the number of golden inputs: fewer are sooner made. Default: 4. */
  public TestArtifacts goldenInputs(int goldenInputs) {
    this.goldenInputs = goldenInputs;
    return this;
  }

  /** Sets the golden outputs. Default: those of the reference. */
  public TestArtifacts golden(OutputsOf golden) {
    this.golden = golden;
    return this;
  }

  /** Gives a piece an embedding so large that its layer norm overflows. */
  public TestArtifacts overflowing(int inputId) {
    this.overflowing = inputId;
    return this;
  }

  /** Writes more files; {@code moreFiles} gets the weights before they were rounded. */
  public TestArtifacts moreFiles(MoreFiles moreFiles) {
    this.moreFiles = moreFiles;
    return this;
  }

  /** The manifest that {@link #write} writes. */
  public ModelManifest manifest() {
    List<HeadLayer> layers =
        head == null ? List.of(HeadLayer.pooler(dimensions.hiddenSize()), classifier()) : head;
    return new ModelManifest(
        dimensions,
        precision,
        batchSize,
        sequenceLength,
        task,
        labels,
        activation,
        1e-12f,
        layers,
        new Partition(List.of("embeddings", "pooler", "head"), List.of("encoder")),
        tolerance > 0 ? tolerance : usualTolerance(),
        layerPrecision,
        new Provenance("0".repeat(64), "test", flags(), Verified.onBuiltInPairs(8)));
  }

  private List<String> flags() {
    return Stream.concat(Stream.of("seed=" + seed), more.stream()).toList();
  }

  private HeadLayer classifier() {
    return new HeadLayer("classifier", dimensions.hiddenSize(), labels.size(), Activation.NONE);
  }

  private double usualTolerance() {
    return switch (precision) {
      case FP32 -> 1e-5;
      case BF16 -> 0.03;
      case INT8 -> 0.1;
    };
  }

  /** Pieces of the vocabulary, by id: special tokens, characters, a few words, unused ones. */
  public List<String> pieces() {
    Set<String> pieces = new LinkedHashSet<>();
    pieces.addAll(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = 'a'; c <= 'z'; c++) {
      pieces.add(String.valueOf(c));
      pieces.add("##" + c);
    }
    pieces.addAll(WORDS);
    for (char c = '!'; c <= '~'; c++) {
      pieces.add(String.valueOf(Character.toLowerCase(c)));
    }
    List<String> all = new ArrayList<>(pieces);
    while (all.size() < dimensions.vocabularySize()) {
      all.add("[unused" + all.size() + "]");
    }
    return List.copyOf(all.subList(0, dimensions.vocabularySize()));
  }

  /** Google's tokenizer with these pieces. */
  public TokenizerSpec tokenizer() {
    try {
      return TokenizerSpec.googleBert(Vocabulary.of(pieces()), true);
    } catch (TokenizerException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes the artifact to {@code directory}, which must not exist, and returns it. */
  public Path write(Path directory) throws ArtifactException, IOException {
    ModelManifest manifest = manifest();
    Map<String, float[]> source = RandomWeights.of(manifest, seed);
    List<TokenSequence> inputs = inputs(goldenInputs);
    Map<String, double[]> doubles = new HashMap<>();
    ReferenceEncoder reference =
        new ReferenceEncoder(
            manifest, name -> doubles.computeIfAbsent(name, key -> toDouble(source.get(key))));
    Map<String, float[]> inputScales = new HashMap<>();
    reference.observedBy(
        (dense, rows) ->
            inputScales.merge(dense, TestQuantizer.scales(rows), TestQuantizer::larger));
    List<float[]> outputs = new ArrayList<>();
    for (TokenSequence input : inputs) {
      float[] own = reference.outputs(input);
      outputs.add(golden == null ? own : golden.of(input));
    }
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      for (Dense dense : Dense.values()) {
        if (dense.quantizesTokens()) {
          inputScales.computeIfPresent(
              dense.name(layer), (name, own) -> TestQuantizer.ones(own.length));
        }
      }
    }
    if (overflowing >= 0) {
      int width = dimensions.embeddingSize();
      float[] words = source.get(WeightSchema.WORD_EMBEDDINGS);
      Arrays.fill(words, overflowing * width, (overflowing + 1) * width, Float.MAX_VALUE);
    }
    try (ArtifactWriter writer = ArtifactWriter.create(directory)) {
      try (SafeTensorsWriter weights = writer.weights(manifest)) {
        TestQuantizer.write(weights, manifest, source, inputScales);
      }
      writer.tokenizer(tokenizer());
      writer.golden(new GoldenSet(inputs, outputs), manifest);
      moreFiles.write(writer.workDirectory(), manifest, source);
      writer.stage(manifest);
      writer.commit();
    }
    return directory;
  }

  /** Random pairs of all lengths that the model takes; the same for the same seed. */
  public List<TokenSequence> inputs(int count) {
    Random random = new Random(seed);
    List<TokenSequence> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 3 + random.nextInt(sequenceLength - 2);
      int first = 2 + random.nextInt(length - 2);
      int[] inputIds = random.ints(length, 0, dimensions.vocabularySize()).toArray();
      int[] segmentIds = new int[length];
      for (int t = first; t < length; t++) {
        segmentIds[t] = Math.min(1, dimensions.segments() - 1);
      }
      inputs.add(new TokenSequence(inputIds, segmentIds));
    }
    return inputs;
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
