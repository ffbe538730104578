package io.ganglion.runtime.artifact;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file of tensors holds, it is read or refused in a sentence. */
class SafeTensorsFuzzTest {
  private static final Path FOLDER = folder();
  private static final Path FILE = FOLDER.resolve("fuzzed.safetensors");
  private static final Path MODEL = model();
  private static final ModelManifest MANIFEST = manifest();

  private static Path folder() {
    try {
      return Files.createTempDirectory("safetensors");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path model() {
    try {
      return TestArtifacts.of(new ModelDimensions(80, 16, 1, 8, 1, 2, 8))
          .write(FOLDER.resolve("model"));
    } catch (ArtifactException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelManifest manifest() {
    try (Artifact artifact = Artifact.open(MODEL)) {
      return artifact.manifest();
    } catch (ArtifactException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<byte[]> files() throws IOException {
    return Stream.of(
        Files.readAllBytes(MODEL.resolve(ArtifactFiles.GOLDEN)),
        Files.readAllBytes(MODEL.resolve(ArtifactFiles.WEIGHTS)));
  }

  @MethodSource("files")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    try (SafeTensors tensors = SafeTensors.open(FILE)) {
      for (TensorSpec spec : tensors.specs()) {
        TensorValues.bytes(tensors, spec.name());
        if (spec.type() == TensorType.F32) {
          tensors.floats(spec.name());
        }
      }
      GoldenFile.read(FILE, MANIFEST);
    } catch (ArtifactException e) {
      // Refused.
    }
  }
}
