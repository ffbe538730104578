package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ganglion.bench.model.ChildJvm;
import io.ganglion.runtime.text.TokenSequence;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The vectors that ONNX Runtime gives for texts with an encoder's file, one text at a time. It runs
 * in a process of its own, because version 1.29 crashes where the command line is long, as a test's
 * may be.
 */
final class OnnxVectors {
  private OnnxVectors() {}

  /** The vectors of single texts; {@code work} is for files on the way. */
  static List<float[]> of(TrainedEncoder encoder, Path model, List<TokenSequence> inputs, Path work)
      throws Exception {
    Path texts = work.resolve("texts.txt");
    Path vectors = work.resolve("vectors.bin");
    Files.write(texts, inputs.stream().map(OnnxVectors::line).toList());
    List<String> arguments =
        List.of(encoder.name(), model.toString(), texts.toString(), vectors.toString());
    Process process = ChildJvm.start(OnnxVectors.class.getName(), arguments);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(vectors)).asFloatBuffer();
    int width = values.remaining() / inputs.size();
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      float[] vector = new float[width];
      values.get(vector);
      all.add(vector);
    }
    return all;
  }

  private static String line(TokenSequence input) {
    return Arrays.stream(input.inputIds())
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  /** Takes an encoder, its file, a file with a line of ids for each text, and one to write. */
  public static void main(String[] args) throws Exception {
    TrainedEncoder encoder = TrainedEncoder.valueOf(args[0]);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(args[1]);
        DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(args[3])))) {
      for (String line : Files.readAllLines(Path.of(args[2]))) {
        long[] ids = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        for (float value : vector(encoder, environment, session, ids)) {
          out.writeFloat(value);
        }
      }
    }
  }

  private static float[] vector(
      TrainedEncoder encoder, OrtEnvironment environment, OrtSession session, long[] text)
      throws OrtException {
    long[] mask = new long[text.length];
    Arrays.fill(mask, 1);
    try (OnnxTensor ids = tensor(environment, text);
        OnnxTensor masks = tensor(environment, mask);
        OnnxTensor types = tensor(environment, new long[text.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", masks, "token_type_ids", types))) {
      float[][] rows = ((float[][][]) result.get(0).getValue())[0];
      return encoder.firstToken() ? rows[0] : mean(rows);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private static float[] mean(float[][] rows) {
    float[] mean = new float[rows[0].length];
    for (int column = 0; column < mean.length; column++) {
      double sum = 0;
      for (float[] row : rows) {
        sum += row[column];
      }
      mean[column] = (float) (sum / rows.length);
    }
    return mean;
  }
}
