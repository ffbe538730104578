package io.ganglion.runtime.artifact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a manifest holds, it is read or refused in a sentence. */
class ManifestFuzzTest {
  private static final String UNSIGNED = "0".repeat(64);

  /** As many tensors as the weights file must have is what bounds the layers elsewhere. */
  private static final int MOST_LAYERS = 1_000;

  static Stream<byte[]> manifests() throws Exception {
    return Stream.of(Precision.values()).map(ManifestFuzzTest::manifest);
  }

  private static byte[] manifest(Precision precision) {
    try {
      Path folder = Files.createTempDirectory("manifest");
      Path model = TestArtifacts.tiny().precision(precision).write(folder.resolve("model"));
      Resigned.manifest(model, root -> root.put("manifest_sha256", UNSIGNED));
      String signed = Files.readString(model.resolve(ArtifactFiles.MANIFEST));
      return signed
          .replaceFirst("(manifest_sha256\" ?: ?\")\\w{64}", "$1" + UNSIGNED)
          .getBytes(ISO_8859_1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @MethodSource("manifests")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] unsigned) {
    // With its checksum, so that no manifest is refused for that alone.
    byte[] bytes =
        new String(unsigned, ISO_8859_1)
            .replace(UNSIGNED, Checksums.of(unsigned))
            .getBytes(ISO_8859_1);
    try {
      ModelManifest model = ManifestFile.parse(bytes, Path.of("manifest.json")).model();
      if (model.dimensions().layers() <= MOST_LAYERS) {
        WeightSchema.of(model);
      }
    } catch (ArtifactException | ArithmeticException e) {
      // Refused: the reader turns a product that overflows into a sentence as well.
    }
  }
}
