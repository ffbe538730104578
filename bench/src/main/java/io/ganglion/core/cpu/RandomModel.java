package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Partition;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Provenance;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.model.Verified;
import io.ganglion.runtime.model.WeightSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Two layers of BERT-Large with random weights: enough to time a layer. */
final class RandomModel {
  private static final ModelDimensions DIMENSIONS =
      new ModelDimensions(1000, 512, 2, 1024, 2, 16, 4096);
  private static final float SCALE = 0.02f;

  private RandomModel() {}

  static ModelManifest manifest(Precision precision) {
    return new ModelManifest(
        DIMENSIONS,
        precision,
        8,
        128,
        Task.classification(OutputActivation.SOFTMAX),
        List.of("0", "1"),
        Activation.GELU_TANH,
        1e-12f,
        List.of(HeadLayer.pooler(1024), new HeadLayer("classifier", 1024, 2, Activation.NONE)),
        new Partition(List.of(), List.of()),
        1,
        Map.of(),
        new Provenance("0", "bench", List.of(), Verified.onBuiltInPairs(1)));
  }

  /** Packed for this machine; its memory belongs to {@code scope}. */
  static PackedModel load(NativeScope scope, Precision precision) {
    ModelManifest manifest = manifest(precision);
    try {
      Path file = Files.createTempFile("random-model", ".safetensors");
      try {
        write(file, WeightSchema.of(manifest));
        try (SafeTensors weights = SafeTensors.open(file);
            ModelLoader loader = new ModelLoader(scope, manifest, weights, Dnnl.isa())) {
          return loader.load();
        }
      } finally {
        Files.delete(file);
      }
    } catch (ArtifactException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, List<TensorSpec> specs)
      throws ArtifactException, IOException {
    SplittableRandom random = new SplittableRandom(1);
    Files.delete(file);
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      for (TensorSpec spec : specs) {
        int size = Math.toIntExact(spec.elements());
        if (spec.type() == TensorType.I8) {
          byte[] bytes = new byte[size];
          random.nextBytes(bytes);
          writer.write(spec.name(), ByteBuffer.wrap(bytes));
        } else {
          writer.write(spec.name(), floats(spec, size, random));
        }
      }
    }
  }

  private static float[] floats(TensorSpec spec, int size, SplittableRandom random) {
    boolean scale = spec.name().endsWith("_scale");
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = scale ? SCALE : SCALE * (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }
}
