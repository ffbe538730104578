package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens an artifact. Each step relies only on what the steps before it have checked. */
final class ArtifactReader {
  private static final String TRY_AGAIN = "copy or compile the artifact again.";

  private final Path directory;

  ArtifactReader(Path directory) {
    this.directory = directory;
  }

  Artifact open() throws ArtifactException {
    byte[] bytes = readManifest();
    Path file = directory.resolve(ArtifactFiles.MANIFEST);
    ManifestFile manifest = ManifestFile.parse(bytes, file);
    checkFiles(manifest.files());
    ModelManifest model = manifest.model();
    TokenizerSpec tokenizer = readTokenizer(model);
    GoldenSet golden = GoldenFile.read(directory.resolve(ArtifactFiles.GOLDEN), model);
    SafeTensors weights = SafeTensors.open(directory.resolve(ArtifactFiles.WEIGHTS));
    boolean checked = false;
    try {
      checkWeights(weights, model);
      checked = true;
      return new Artifact(directory, model, Checksums.of(bytes), tokenizer, weights, golden);
    } finally {
      if (!checked) {
        weights.close();
      }
    }
  }

  private byte[] readManifest() throws ArtifactException {
    if (!Files.isDirectory(directory)) {
      throw new ArtifactException(
          Reason.NOT_AN_ARTIFACT, directory + " is not a directory: name a compiled model.");
    }
    Path file = directory.resolve(ArtifactFiles.MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw new ArtifactException(
          Reason.NOT_AN_ARTIFACT,
          directory + " is not a Neuron artifact: it has no " + ArtifactFiles.MANIFEST + ".");
    }
    try {
      if (Files.size(file) > ManifestFile.MAX_BYTES) {
        throw new ArtifactException(
            Reason.MALFORMED, file + " is larger than " + ManifestFile.MAX_BYTES + " bytes.");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private void checkFiles(Map<String, FileEntry> files) throws ArtifactException {
    for (String name :
        List.of(ArtifactFiles.WEIGHTS, ArtifactFiles.TOKENIZER, ArtifactFiles.GOLDEN)) {
      if (!files.containsKey(name)) {
        throw new ArtifactException(
            Reason.MALFORMED,
            directory.resolve(ArtifactFiles.MANIFEST) + " does not list " + name + ".");
      }
    }
    for (Map.Entry<String, FileEntry> entry : files.entrySet()) {
      checkSize(directory.resolve(entry.getKey()), entry.getValue().bytes());
    }
    for (String name : ArtifactFiles.list(directory)) {
      if (!files.containsKey(name)) {
        throw new ArtifactException(
            Reason.MALFORMED,
            directory.resolve(name) + " is not part of the artifact: move it elsewhere.");
      }
    }
    checkSums(files);
  }

  private static void checkSize(Path file, long bytes) throws ArtifactException {
    if (!Files.isRegularFile(file)) {
      throw new ArtifactException(
          Reason.TRUNCATED, file + " of the artifact is missing: " + TRY_AGAIN);
    }
    try {
      long found = Files.size(file);
      if (found != bytes) {
        throw new ArtifactException(
            Reason.TRUNCATED,
            "%s has %d bytes, not the %d that were written: %s"
                .formatted(file, found, bytes, TRY_AGAIN));
      }
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private void checkSums(Map<String, FileEntry> files) throws ArtifactException {
    for (Map.Entry<String, FileEntry> entry : files.entrySet()) {
      Path file = directory.resolve(entry.getKey());
      try {
        if (!Checksums.of(file).equals(entry.getValue())) {
          throw new ArtifactException(
              Reason.CHECKSUM, file + " is not as it was written: " + TRY_AGAIN);
        }
      } catch (IOException e) {
        throw cannotRead(file, e);
      }
    }
  }

  private TokenizerSpec readTokenizer(ModelManifest model) throws ArtifactException {
    Path file = directory.resolve(ArtifactFiles.TOKENIZER);
    TokenizerSpec tokenizer;
    try {
      tokenizer = TokenizerSpec.read(file);
    } catch (TokenizerException e) {
      throw new ArtifactException(Reason.MALFORMED, "A bad tokenizer: " + e.getMessage(), e);
    }
    int rows = model.dimensions().vocabularySize();
    if (tokenizer.vocabularySize() > rows) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s has %d pieces, but the word embeddings have %d rows."
              .formatted(file, tokenizer.vocabularySize(), rows));
    }
    if (tokenizer.leastLength() > model.sequenceLength()) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s needs sequences of %d tokens, but the model takes %d."
              .formatted(file, tokenizer.leastLength(), model.sequenceLength()));
    }
    return tokenizer;
  }

  private void checkWeights(SafeTensors weights, ModelManifest model) throws ArtifactException {
    Path file = directory.resolve(ArtifactFiles.WEIGHTS);
    List<TensorSpec> found = weights.specs();
    if (model.dimensions().layers() > found.size()) { // a schema of many layers could fill memory
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: %d tensors are too few for %d layers."
              .formatted(file, found.size(), model.dimensions().layers()));
    }
    List<TensorSpec> schema;
    try {
      schema = WeightSchema.of(model);
    } catch (ArithmeticException e) {
      throw new ArtifactException(
          Reason.MALFORMED, file + ": the manifest's dimensions are impossible.", e);
    }
    Set<TensorSpec> extra = new LinkedHashSet<>(found);
    List<TensorSpec> missing = new ArrayList<>();
    for (TensorSpec spec : schema) {
      if (!extra.remove(spec)) {
        missing.add(spec);
      }
    }
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: its tensors are not those of the manifest's dimensions; missing: %s; unexpected: %s."
              .formatted(file, some(missing), some(List.copyOf(extra))));
    }
    checkScales(weights, file);
  }

  private static String some(List<TensorSpec> specs) {
    if (specs.isEmpty()) {
      return "none";
    }
    String shown =
        specs.stream()
            .limit(3)
            .map(spec -> spec.name() + " " + spec.type() + spec.shape())
            .sorted()
            .collect(Collectors.joining(", "));
    return specs.size() <= 3 ? shown : shown + " and " + (specs.size() - 3) + " more";
  }

  private static void checkScales(SafeTensors weights, Path file) throws ArtifactException {
    for (TensorSpec spec : weights.specs()) {
      if (WeightSchema.isScale(spec.name())) {
        for (float scale : weights.floats(spec.name())) {
          if (!Float.isFinite(scale) || scale <= 0) {
            throw new ArtifactException(
                Reason.MALFORMED,
                "%s: tensor %s holds the impossible scale %s.".formatted(file, spec.name(), scale));
          }
        }
      }
    }
  }

  private static ArtifactException cannotRead(Path file, IOException cause) {
    return new ArtifactException(
        Reason.IO, "Cannot read " + file + ": " + IoMessage.of(cause), cause);
  }
}
