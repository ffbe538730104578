package io.ganglion.bench.model;

import io.ganglion.bench.onnx.BertOnnx;
import io.ganglion.bench.onnx.ModelWeights;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All forms of one source model. They are made on first use in a work directory, where the next run
 * finds them. A form that cannot be made is tried once. Not thread-safe.
 */
public final class Models {
  private static final String COMPILER = "io.ganglion.compiler.cli.CompilerMain";
  private static final String SOURCE_NOTE = "source.txt";

  private final Path directory;
  private final Path savedModel;
  private final List<String> sampleFlags;
  private final Consumer<String> progress;
  private final Map<Precision, ModelException> failures = new EnumMap<>(Precision.class);

  private Models(
      Path directory, Path savedModel, List<String> sampleFlags, Consumer<String> progress) {
    this.directory = directory;
    this.savedModel = savedModel;
    this.sampleFlags = List.copyOf(sampleFlags);
    this.progress = progress;
  }

  /** The forms of a SavedModel. */
  public static Models of(Path savedModel, Path directory, Consumer<String> progress)
      throws ModelException {
    Path source = savedModel.toAbsolutePath().normalize();
    if (!Files.exists(source.resolve("saved_model.pb"))) {
      throw new ModelException(source + " is not a SavedModel: it has no saved_model.pb.");
    }
    claim(directory, source.toString());
    return new Models(directory, source, List.of(), progress);
  }

  /**
   * The forms of a sample model.
   *
   * @param size size in the terms of {@code compiler sample}
   * @param flags more flags of {@code compiler sample}
   */
  public static Models sample(
      String size, List<String> flags, Path directory, Consumer<String> progress)
      throws ModelException, InterruptedException {
    claim(directory, ("sample " + size + " " + String.join(" ", flags)).strip());
    Path savedModel = directory.resolve("saved_model");
    if (!Files.exists(savedModel)) {
      progress.accept("making the sample model " + size);
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "sample",
                  "--size",
                  size,
                  "--format",
                  "savedmodel",
                  "--output",
                  savedModel.toString()));
      arguments.addAll(flags);
      ChildJvm.run("compiler sample", COMPILER, arguments);
    }
    return new Models(directory, savedModel, flags, progress);
  }

  /** A sample in the same work directory that any machine runs thousands of times a second. */
  public Models tiny() throws ModelException, InterruptedException {
    return sample("tiny", sampleFlags, directory.resolve("tiny"), progress);
  }

  private static void claim(Path directory, String source) throws ModelException {
    Path note = directory.resolve(SOURCE_NOTE);
    try {
      Files.createDirectories(directory);
      if (!Files.exists(note)) {
        Files.writeString(note, source + "\n");
      } else if (!Files.readString(note).strip().equals(source)) {
        throw new ModelException(
            "The work directory %s holds models of another source (%s): name another one."
                .formatted(directory, Files.readString(note).strip()));
      }
    } catch (IOException e) {
      throw new ModelException(
          "The work directory " + directory + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** The source. */
  public Path savedModel() {
    return savedModel;
  }

  /** The artifact of a precision. */
  public Path artifact(Precision precision) throws ModelException, InterruptedException {
    Path artifact = directory.resolve(precision.toString());
    if (Files.exists(artifact)) {
      return artifact;
    }
    ModelException known = failures.get(precision);
    if (known != null) {
      throw known;
    }
    progress.accept("compiling to " + precision);
    try {
      ChildJvm.run(
          "compiler compile --precision " + precision,
          COMPILER,
          List.of(
              "compile",
              "--saved-model",
              savedModel.toString(),
              "--output",
              artifact.toString(),
              "--precision",
              precision.toString()));
    } catch (ModelException e) {
      failures.put(precision, e);
      throw e;
    }
    return artifact;
  }

  /** The ONNX file, fp32 or with dynamically quantized int8. */
  public Path onnx(boolean int8) throws ModelException, InterruptedException {
    Path file = directory.resolve(int8 ? "int8.onnx" : "fp32.onnx");
    if (Files.exists(file)) {
      return file;
    }
    Path source = artifact(Precision.FP32);
    progress.accept("writing " + file.getFileName());
    try (Artifact artifact = Artifact.open(source)) {
      BertOnnx.write(ModelWeights.of(artifact), int8, file);
    } catch (ArtifactException | IOException e) {
      throw new ModelException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    return file;
  }
}
