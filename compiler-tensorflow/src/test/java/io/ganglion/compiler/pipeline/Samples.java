package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.savedmodel.SavedModelSample;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Makes and compiles sample models for tests. */
public final class Samples {
  static final int VOCABULARY = 2048;

  private Samples() {}

  /** A model of these sizes, with 64 positions more than the sequence length needs. */
  public static ModelDimensions dimensions(int layers, int hidden, int heads, int positions) {
    return new ModelDimensions(VOCABULARY, positions, 2, hidden, layers, heads, 4 * hidden);
  }

  public static SampleConfig config(ModelDimensions dimensions) {
    return SampleConfig.of(dimensions, 2, 64, Activation.GELU_TANH, 7);
  }

  public static Path write(Path directory, SampleConfig config) throws CompileException {
    SavedModelSample.write(
        directory,
        config,
        SampleVocabulary.of(config.dimensions().vocabularySize()),
        Progress.SILENT);
    return directory;
  }

  static CompileOptions options(
      Path source, Path output, Precision precision, @Nullable Path pairs) {
    return CompileOptions.of(source, output, PrecisionChoice.of(precision))
        .with(new Gate(0, OptionalDouble.of(1), pairs, null));
  }

  static ModelCompiler.Result compile(Path source, Path output, Precision precision)
      throws CompileException {
    return ModelCompiler.compile(options(source, output, precision, null), Progress.SILENT);
  }

  /** A TSV file with this many of the built-in pairs. */
  static Path pairs(Path file, int count) throws IOException {
    StringBuilder text = new StringBuilder("sentence1\tsentence2\n");
    for (BuiltInPairs.Pair pair : BuiltInPairs.of(count)) {
      text.append(pair.a()).append('\t').append(pair.b()).append('\n');
    }
    return Files.writeString(file, text);
  }
}
