package io.ganglion.compiler.sample.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.Classifier;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleWeights;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.SourceRunner;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a sample model: SavedModel, weights tensor by tensor, {@code assets/vocab.txt}. The
 * classifier's weights are chosen last, from the encoder's outputs on the built-in pairs.
 */
public final class SavedModelSample {
  /** The place where {@code compile} looks for a vocabulary. */
  public static final Path VOCABULARY = Path.of("assets", "vocab.txt");

  private static final int CALIBRATION_PAIRS = 48;
  private static final int BATCH = 8;

  private final SampleConfig config;
  private final Progress progress;
  private final SampleWeights weights;

  private SavedModelSample(SampleConfig config, Progress progress) {
    this.config = config;
    this.progress = progress;
    this.weights = new SampleWeights(config);
  }

  /**
   * Writes the model. The directory must not exist.
   *
   * @param vocabulary pieces, as many as the dimensions say
   */
  public static void write(
      Path directory, SampleConfig config, List<String> vocabulary, Progress progress)
      throws CompileException {
    try (OutputDirectory output = OutputDirectory.create(directory)) {
      SavedModelSample writer = new SavedModelSample(config, progress);
      Path assets = output.work().resolve(VOCABULARY);
      Files.createDirectories(assets.getParent());
      Files.writeString(assets, String.join("\n", vocabulary) + "\n", StandardCharsets.UTF_8);
      if (config.frozen()) {
        writer.writeFrozen(output.work(), vocabulary);
      } else {
        writer.writeVariables(output.work(), vocabulary);
      }
      output.commit();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + directory + ": " + e.getMessage(), e);
    }
  }

  private void writeVariables(Path work, List<String> vocabulary) throws CompileException {
    BertGraph graph = BertGraph.withVariables(config);
    SavedModelWriter.write(work, graph.graph(), graph.signature(), graph.saver(), "group_deps");
    Path prefix = work.resolve("variables").resolve("variables");
    try (TensorBundleWriter checkpoint = new TensorBundleWriter(prefix)) {
      progress.run(
          "Weights",
          () -> {
            writeAll(checkpoint, graph.variables());
            return graph.variables().size();
          });
      Classifier classifier = calibrate(work, graph.pooled(), vocabulary);
      checkpoint.write(
          BertGraph.OUTPUT_WEIGHTS,
          List.of(config.labels(), config.dimensions().hiddenSize()),
          classifier.weights());
      checkpoint.write(BertGraph.OUTPUT_BIAS, List.of(config.labels()), classifier.bias());
      checkpoint.flush();
    }
  }

  private void writeAll(TensorBundleWriter checkpoint, List<Variables.Variable> variables)
      throws CompileException {
    long total = variables.stream().mapToLong(Variables.Variable::elements).sum();
    long done = 0;
    for (Variables.Variable variable : variables) {
      checkpoint.write(variable.name(), variable.shape(), weights.of(variable));
      done += variable.elements();
      progress.at(done, total);
    }
    checkpoint.flush();
  }

  private void writeFrozen(Path work, List<String> vocabulary) throws CompileException {
    BertGraph first = BertGraph.frozen(config, weights::of);
    SavedModelWriter.write(work, first.graph(), first.signature(), null, null);
    Classifier classifier = calibrate(work, first.pooled(), vocabulary);
    BertGraph graph =
        BertGraph.frozen(
            config,
            variable ->
                switch (variable.name()) {
                  case BertGraph.OUTPUT_WEIGHTS -> classifier.weights();
                  case BertGraph.OUTPUT_BIAS -> classifier.bias();
                  default -> weights.of(variable);
                });
    SavedModelWriter.write(work, graph.graph(), graph.signature(), null, null);
  }

  private Classifier calibrate(Path work, TensorRef pooled, List<String> vocabulary)
      throws CompileException {
    return progress.run(
        "Calibration in TensorFlow",
        () -> Classifier.fit(pooledOutputs(work, pooled, vocabulary), config));
  }

  private List<float[]> pooledOutputs(Path work, TensorRef pooled, List<String> vocabulary)
      throws CompileException {
    Tokenizer tokenizer = tokenizer(vocabulary);
    List<float[]> rows = new ArrayList<>();
    List<BuiltInPairs.Pair> pairs = BuiltInPairs.of(CALIBRATION_PAIRS);
    try (SourceRunner runner = SourceRunner.open(work, List.of("serve"))) {
      for (int start = 0; start < pairs.size(); start += BATCH) {
        List<TokenSequence> batch =
            pairs.subList(start, start + BATCH).stream()
                .map(pair -> tokenizer.encode(pair.a(), pair.b()))
                .toList();
        float[] values = runner.run(feeds(batch), pooled);
        int width = values.length / BATCH;
        for (int row = 0; row < BATCH; row++) {
          rows.add(java.util.Arrays.copyOfRange(values, row * width, (row + 1) * width));
        }
        progress.at(rows.size(), pairs.size());
      }
    }
    return rows;
  }

  private Tokenizer tokenizer(List<String> vocabulary) throws CompileException {
    try {
      return TokenizerSpec.googleBert(Vocabulary.of(vocabulary), true)
          .tokenizer(config.sequenceLength());
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private Map<TensorRef, SourceRunner.Feed> feeds(List<TokenSequence> batch) {
    int length = config.sequenceLength();
    int[] ids = new int[batch.size() * length];
    int[] mask = new int[ids.length];
    int[] segments = new int[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      TokenSequence sequence = batch.get(row);
      int at = row * length;
      System.arraycopy(sequence.inputIds(), 0, ids, at, sequence.length());
      System.arraycopy(sequence.segmentIds(), 0, segments, at, sequence.length());
      java.util.Arrays.fill(mask, at, at + sequence.length(), 1);
    }
    long[] shape = {batch.size(), length};
    Map<TensorRef, SourceRunner.Feed> feeds = new LinkedHashMap<>();
    feeds.put(TensorRef.of("input_ids_1"), new SourceRunner.Feed(ElementType.INT32, shape, ids));
    feeds.put(TensorRef.of("input_mask_1"), new SourceRunner.Feed(ElementType.INT32, shape, mask));
    feeds.put(
        TensorRef.of("segment_ids_1"), new SourceRunner.Feed(ElementType.INT32, shape, segments));
    return feeds;
  }
}
