package io.ganglion.compiler.verify;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How far the answers of two artifacts to the same texts are apart. Each encodes the texts in its
 * own way.
 *
 * @param verification the second's answers beside those of the first
 * @param texts the texts, a line each
 */
public record AnswerDiff(Verification verification, List<String> texts) {
  public AnswerDiff {
    texts = List.copyOf(texts);
  }

  /** Runs both artifacts on the pairs of a file, on the CPU core. */
  public static AnswerDiff of(Path first, Path second, Path data, Progress progress)
      throws CompileException {
    PairSplit pairs = PairSplit.of(new Gate(0, OptionalDouble.empty(), data, null), false);
    try (Artifact a = Artifact.open(first);
        Artifact b = Artifact.open(second)) {
      requireSameQuestion(a.manifest(), b.manifest());
      int width = a.manifest().outputWidth();
      Terms terms = Terms.of(a.manifest().task(), width);
      boolean both = takesPairs(a.manifest()) && takesPairs(b.manifest());
      return new AnswerDiff(
          Verification.compare(
              answers(a, pairs, both, progress), answers(b, pairs, both, progress), terms, width),
          pairs.texts(both));
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static boolean takesPairs(ModelManifest manifest) {
    return manifest.task().kind() == Task.Kind.SEQUENCE_CLASSIFICATION
        && manifest.dimensions().segments() > 1;
  }

  private static void requireSameQuestion(ModelManifest a, ModelManifest b)
      throws CompileException {
    if (!a.task().equals(b.task()) || a.outputWidth() != b.outputWidth()) {
      throw new CompileException(
          "The two artifacts answer different questions and cannot be compared: %s with %d values and"
                  .formatted(a.task(), a.outputWidth())
              + " %s with %d.".formatted(b.task(), b.outputWidth()));
    }
  }

  private static List<float[]> answers(
      Artifact artifact, PairSplit pairs, boolean both, Progress progress) throws CompileException {
    List<TokenSequence> inputs =
        pairs.gate(artifact.tokenizer().tokenizer(artifact.manifest().sequenceLength()), both);
    Path directory = artifact.directory();
    return progress
        .run(
            "Run " + directory.getFileName(),
            () -> ArtifactRun.of(directory, inputs, progress, System::nanoTime))
        .rows();
  }
}
