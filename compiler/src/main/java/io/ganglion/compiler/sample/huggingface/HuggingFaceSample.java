package io.ganglion.compiler.sample.huggingface;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.huggingface.HuggingFaceFolder;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.Classifier;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleFormat;
import io.ganglion.compiler.source.Sources;
import io.ganglion.compiler.source.tokenizer.TokenizerFolder;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes a sample model as a folder of BertForSequenceClassification. The classifier's weights are
 * chosen last, from what the encoder and the pooler give for some of the built-in pairs: these are
 * first written as an embedding, and run.
 */
public final class HuggingFaceSample implements SampleFormat {
  private static final int CALIBRATION_PAIRS = 16;

  @Override
  public String name() {
    return "huggingface";
  }

  @Override
  public void write(Path directory, SampleConfig config, List<String> vocabulary, Progress progress)
      throws CompileException {
    SampleModel model = new SampleModel(config);
    try (OutputDirectory output = OutputDirectory.create(directory)) {
      Path work = output.work();
      Files.write(work.resolve("vocab.txt"), vocabulary);
      TokenizerSpec tokenizer =
          TokenizerFolder.read(work, null, true)
              .orElseThrow(() -> new IllegalStateException("It has just been written."));
      Path encoder = Files.createDirectory(work.resolve("encoder"));
      write(encoder, model.pooled(), tokenizer, List.of(), config, progress);
      Classifier classifier = Classifier.fit(pooled(encoder, tokenizer, config, progress), config);
      MoreFiles.deleteRecursively(encoder, RecursiveDeleteOption.ALLOW_INSECURE);
      List<String> labels =
          IntStream.range(0, config.labels()).mapToObj(Integer::toString).toList();
      write(work, model.classifier(classifier), tokenizer, labels, config, progress);
      output.commit();
    } catch (IOException e) {
      throw new CompileException("Cannot write " + directory + ": " + e.getMessage(), e);
    }
  }

  private static void write(
      Path folder,
      BertModel model,
      TokenizerSpec tokenizer,
      List<String> labels,
      SampleConfig config,
      Progress progress)
      throws CompileException {
    progress.run(
        "Weights",
        () ->
            HuggingFaceFolder.write(
                folder, model, tokenizer, labels, config.sequenceLength(), progress));
  }

  private static List<float[]> pooled(
      Path encoder, TokenizerSpec tokenizer, SampleConfig config, Progress progress)
      throws CompileException {
    Tokenizer texts = tokenizer.tokenizer(config.sequenceLength());
    List<TokenSequence> inputs =
        BuiltInPairs.of(CALIBRATION_PAIRS).stream()
            .map(pair -> texts.encode(pair.a(), pair.b()))
            .toList();
    return progress.run(
        "Calibration in double precision",
        () ->
            Sources.installed()
                .open(encoder, null, Progress.SILENT)
                .oracle()
                .answer(inputs, progress)
                .outputs());
  }
}
