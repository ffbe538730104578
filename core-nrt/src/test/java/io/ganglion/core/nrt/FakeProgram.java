package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Adds a program for NeuronCores to a test's artifact, one NEFF for each length. The NEFFs hold the
 * model's weights, and the fake {@code libnrt} can run them.
 *
 * <pre>{@code
 * TestArtifacts.tiny().moreFiles(FakeProgram.of(NeuronType.BF16, 4, 16, 64)).write(directory);
 * }</pre>
 *
 * @param lengths in rising order
 */
public record FakeProgram(NeuronType type, int batchSize, List<Integer> lengths)
    implements TestArtifacts.MoreFiles {
  public static FakeProgram of(NeuronType type, int batchSize, Integer... lengths) {
    return new FakeProgram(type, batchSize, List.of(lengths));
  }

  @Override
  public void write(Path workDirectory, ModelManifest manifest, Map<String, float[]> weights)
      throws ArtifactException, IOException {
    Path folder = Files.createDirectories(workDirectory.resolve(NeuronProgram.FOLDER));
    List<NeuronProgram.Bucket> buckets = new ArrayList<>();
    for (int length : lengths) {
      String name = "encoder-" + length + ".neff";
      Files.write(folder.resolve(name), FakeNeff.of(payload(manifest, weights, length)));
      buckets.add(new NeuronProgram.Bucket(length, name));
    }
    new NeuronProgram(
            NeuronProgram.FORMAT,
            "inf2",
            type,
            NeuronType.FP32,
            batchSize,
            "fake-neuronx-cc 1.0",
            buckets)
        .write(workDirectory);
  }

  /** The NEFF's data, in the layout that fake_bert.c describes. */
  private byte[] payload(ModelManifest manifest, Map<String, float[]> weights, int length)
      throws IOException {
    ModelDimensions d = manifest.dimensions();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("FAKEBERT".getBytes(StandardCharsets.US_ASCII));
    numbers(
        out,
        batchSize,
        length,
        d.hiddenSize(),
        d.layers(),
        d.heads(),
        d.intermediateSize(),
        number(type),
        number(manifest.activation()),
        Float.floatToRawIntBits(manifest.layerNormEpsilon()),
        manifest.head().size());
    for (HeadLayer head : manifest.head()) {
      numbers(out, head.outputs(), number(head.activation()));
    }
    for (int layer = 0; layer < d.layers(); layer++) {
      dense(out, weights, Dense.QKV.name(layer));
      dense(out, weights, Dense.ATTENTION_OUTPUT.name(layer));
      norm(out, weights, WeightSchema.attentionLayerNorm(layer));
      dense(out, weights, Dense.INTERMEDIATE.name(layer));
      dense(out, weights, Dense.OUTPUT.name(layer));
      norm(out, weights, WeightSchema.outputLayerNorm(layer));
    }
    for (HeadLayer head : manifest.head()) {
      dense(out, weights, head.name());
    }
    return out.toByteArray();
  }

  private static void dense(ByteArrayOutputStream out, Map<String, float[]> weights, String name) {
    floats(out, weights.get(name + ".weight"));
    floats(out, weights.get(name + ".bias"));
  }

  private static void norm(ByteArrayOutputStream out, Map<String, float[]> weights, String name) {
    floats(out, weights.get(name + ".gamma"));
    floats(out, weights.get(name + ".beta"));
  }

  /** The constant's number in fake_bert.c, which has the same order. */
  private static int number(Enum<?> constant) {
    return List.of(constant.getDeclaringClass().getEnumConstants()).indexOf(constant);
  }

  private static void numbers(ByteArrayOutputStream out, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    out.writeBytes(bytes.array());
  }

  private static void floats(ByteArrayOutputStream out, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    out.writeBytes(bytes.array());
  }
}
