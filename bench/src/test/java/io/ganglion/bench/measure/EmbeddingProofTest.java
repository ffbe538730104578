package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.bench.workload.Pairs;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Embeddings of trained encoders, compiled from their ONNX files with the usual gate: in fp32 they
 * are those that ONNX Runtime gives with the file, and the other precisions keep their direction,
 * on texts of MRPC. Takes some minutes.
 */
@Tag("proof")
class EmbeddingProofTest {
  private static final int TEXTS = 300;
  private static final int LENGTH = 128;
  private static final double LARGEST_DIFFERENCE = 1e-4;

  @TempDir private Path temp;

  @ParameterizedTest
  @EnumSource
  void everyPrecisionKeepsTheVectors(TrainedEncoder encoder) throws Exception {
    encoder.assumePresent();
    Path data = Path.of(System.getProperty("ganglion.shared.data", "."), "mrpc_dev_sample.tsv");
    assumeTrue(Files.exists(data), "no shared data here: " + data);
    Path source = temp.resolve("source");
    encoder.write(source);
    List<TokenSequence> inputs = inputs(data, TrainedEncoder.vocabulary(source));

    List<float[]> theirs = OnnxVectors.of(encoder, TrainedEncoder.model(source), inputs, temp);
    List<float[]> wide = compiled(source, PrecisionChoice.FP32, inputs);
    double difference = 0;
    for (int i = 0; i < inputs.size(); i++) {
      for (int column = 0; column < wide.get(i).length; column++) {
        difference = Math.max(difference, Math.abs(wide.get(i)[column] - theirs.get(i)[column]));
      }
    }
    System.out.printf("%s fp32: largest difference to ONNX Runtime %.1e%n", encoder, difference);
    assertThat(difference).isLessThanOrEqualTo(LARGEST_DIFFERENCE);

    assertKept(encoder, wide, compiled(source, PrecisionChoice.BF16, inputs), "bf16", 0.9999);
    assertKept(encoder, wide, compiled(source, PrecisionChoice.INT8, inputs), "int8", 0.995);
  }

  private List<float[]> compiled(Path source, PrecisionChoice choice, List<TokenSequence> inputs)
      throws Exception {
    Path artifact = temp.resolve(choice.toString());
    ModelCompiler.Result result =
        ModelCompiler.compile(CompileOptions.of(source, artifact, choice), Progress.SILENT);
    assertThat(result.manifest().layerPrecision()).isEmpty();
    return ArtifactRun.of(artifact, inputs, Progress.SILENT, System::nanoTime).rows();
  }

  private static void assertKept(
      TrainedEncoder encoder,
      List<float[]> wide,
      List<float[]> narrow,
      String precision,
      double least) {
    double sum = 0;
    double lowest = 1;
    for (int i = 0; i < wide.size(); i++) {
      double cosine = cosine(wide.get(i), narrow.get(i));
      sum += cosine;
      lowest = Math.min(lowest, cosine);
    }
    System.out.printf(
        "%s %s: cosine to fp32 %.6f, least %.6f%n", encoder, precision, sum / wide.size(), lowest);
    assertThat(lowest).as("%s in %s", encoder, precision).isGreaterThanOrEqualTo(least);
  }

  private static List<TokenSequence> inputs(Path data, Path vocabulary) throws Exception {
    Tokenizer tokenizer =
        TokenizerSpec.googleBert(Vocabulary.read(vocabulary), true).tokenizer(LENGTH);
    List<TokenSequence> inputs = new ArrayList<>();
    for (Pairs.Pair pair : Pairs.read(data, System.err::println)) {
      inputs.add(tokenizer.encode(pair.a(), null));
      inputs.add(tokenizer.encode(String.valueOf(pair.b()), null));
    }
    assertThat(inputs).hasSizeGreaterThanOrEqualTo(TEXTS);
    return inputs.subList(0, TEXTS);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      left += (double) a[i] * a[i];
      right += (double) b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }
}
