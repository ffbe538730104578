package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Interrupted;
import io.ganglion.compiler.Progress;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactWriter;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes artifacts into work directories beside their final place. A directory that is not
 * committed is deleted, also when the process is interrupted. Used by one thread.
 */
final class Staging {
  private static final int GOLDEN_INPUTS = 8;

  private final Path output;
  private final Subject subject;
  private final Progress progress;

  /** Writes one tensor. */
  @FunctionalInterface
  interface TensorSource {
    void write(SafeTensorsWriter file, TensorSpec spec) throws ArtifactException, CompileException;
  }

  /** Uses a work directory. */
  @FunctionalInterface
  interface Use<T> {
    T of(ArtifactWriter writer) throws ArtifactException, CompileException;
  }

  Staging(Path output, Subject subject, Progress progress) {
    this.output = output;
    this.subject = subject;
    this.progress = progress;
  }

  /** Number of golden inputs: the first of those that are compared on. */
  static int goldenInputs(Subject subject) {
    return Math.min(GOLDEN_INPUTS, subject.gate().size());
  }

  /** Gives {@code use} a fresh work directory. */
  @SuppressWarnings("try") // the value exists only to be closed
  <T> T fresh(Use<T> use) throws CompileException {
    try (ArtifactWriter writer = ArtifactWriter.create(output);
        Interrupted onInterrupt = Interrupted.then(writer::close)) {
      return use.of(writer);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Writes a whole artifact: tokenizer, weights, golden answers, manifest. */
  void stage(ArtifactWriter writer, ModelManifest manifest, TensorSource tensors)
      throws CompileException {
    try {
      writer.tokenizer(subject.tokenizer());
      write(writer, manifest, tensors);
      int count = goldenInputs(subject);
      writer.golden(
          new GoldenSet(
              subject.gate().subList(0, count), subject.answers().outputs().subList(0, count)),
          manifest);
      writer.stage(manifest);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private void write(ArtifactWriter writer, ModelManifest manifest, TensorSource tensors)
      throws ArtifactException, CompileException {
    List<TensorSpec> specs = WeightSchema.of(manifest);
    long total = specs.stream().mapToLong(TensorSpec::byteSize).sum();
    long written = 0;
    try (SafeTensorsWriter file = writer.weights(manifest)) {
      for (TensorSpec spec : specs) {
        tensors.write(file, spec);
        written += spec.byteSize();
        progress.at(written, total);
      }
    }
  }
}
