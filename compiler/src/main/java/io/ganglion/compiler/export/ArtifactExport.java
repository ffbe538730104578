package io.ganglion.compiler.export;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.huggingface.HuggingFaceFolder;
import io.ganglion.compiler.backend.onnx.OnnxFolder;
import io.ganglion.compiler.emit.GraphEmitter;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Sources;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the model of an artifact in another form. Used once, by one thread. */
public final class ArtifactExport {
  private final Artifact artifact;
  private final ModelManifest manifest;
  private final BertModel model;
  private final Progress progress;

  private ArtifactExport(Artifact artifact, Progress progress) {
    this.artifact = artifact;
    this.manifest = artifact.manifest();
    this.model = ArtifactModel.of(artifact);
    this.progress = progress;
  }

  /**
   * What was written.
   *
   * @param manifest of the artifact
   * @param runtime what ran the result
   * @param largest largest difference of an answer from the artifact's golden ones
   * @param notes what is not as in the artifact, a sentence each
   */
  public record Result(ModelManifest manifest, String runtime, double largest, List<String> notes) {
    public Result {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Writes the model into a folder that must not exist. On failure nothing is left behind.
   *
   * @param directory an artifact in fp32 or bf16
   */
  public static Result write(Path directory, ExportFormat format, Path output, Progress progress)
      throws CompileException {
    try (OutputDirectory written = OutputDirectory.create(output);
        Artifact artifact = Artifact.open(directory)) {
      requireWhole(directory, artifact.manifest());
      ArtifactExport export = new ArtifactExport(artifact, progress);
      Path work = written.work();
      List<String> notes =
          progress.run(
              "Write " + format.name().toLowerCase(Locale.ROOT), () -> export.write(format, work));
      Result result = export.checked(format, work, notes);
      written.commit();
      return result;
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static void requireWhole(Path directory, ModelManifest manifest) throws CompileException {
    if (manifest.precision() == Precision.INT8) {
      throw new CompileException(
          directory
              + " is in int8, and what it rounded cannot be given back; export the model's fp32 or"
              + " bf16 artifact.");
    }
  }

  private List<String> write(ExportFormat format, Path work) throws CompileException {
    return switch (format) {
      case HUGGINGFACE ->
          HuggingFaceFolder.write(
              work,
              model,
              artifact.tokenizer(),
              manifest.labels(),
              manifest.sequenceLength(),
              progress);
      case ONNX ->
          OnnxFolder.write(
              work,
              model,
              artifact.tokenizer(),
              manifest.labels(),
              manifest.sequenceLength(),
              progress);
      case SAVEDMODEL -> savedModel(work);
    };
  }

  private List<String> savedModel(Path work) throws CompileException {
    GraphEmitter emitter = GraphEmitter.installed("A SavedModel");
    Optional<String> obstacle = NeuronProgram.obstacle(model.task(), model.dimensions());
    if (obstacle.isPresent()) {
      throw new CompileException(
          "This model has no SavedModel: " + obstacle.get() + "; export it as onnx.");
    }
    NeuronGraph graph =
        NeuronGraph.of(
            model,
            manifest.sequenceLength(),
            new NeuronGraph.Numerics(ElementType.FLOAT, ElementType.FLOAT, false),
            TargetOperators.CPU);
    emitter.write(work, graph, manifest.labels().size(), progress);
    try {
      Path assets = Files.createDirectories(work.resolve("assets"));
      Files.write(assets.resolve("tokenizer.json"), artifact.tokenizer().toJson());
      Files.write(assets.resolve("labels.txt"), manifest.labels());
    } catch (IOException e) {
      throw new CompileException("Cannot write " + work + ": " + e.getMessage() + ".", e);
    }
    return List.of();
  }

  /** Reads and runs what was written, and refuses it if its answers are not the artifact's. */
  private Result checked(ExportFormat format, Path work, List<String> notes)
      throws CompileException {
    Oracle oracle =
        format == ExportFormat.SAVEDMODEL
            ? GraphEmitter.installed("A SavedModel").oracle(work, manifest)
            : Sources.installed().open(work, null, Progress.SILENT).oracle();
    GoldenSet golden = artifact.golden();
    List<float[]> answers =
        progress
            .run("Run it in " + oracle.runtime(), () -> oracle.answer(golden.inputs(), progress))
            .answers();
    double largest = 0;
    for (int i = 0; i < answers.size(); i++) {
      float[] expected = manifest.answer(golden.outputs().get(i));
      for (int column = 0; column < expected.length; column++) {
        double difference = Math.abs((double) expected[column] - answers.get(i)[column]);
        if (!(difference <= manifest.tolerance())) {
          throw new CompileException(
              ("What was written answers %s where the artifact's golden answer is %s, input %d:"
                      + " this is a fault of the compiler; nothing was written.")
                  .formatted(answers.get(i)[column], expected[column], i));
        }
        largest = Math.max(largest, difference);
      }
    }
    return new Result(manifest, oracle.runtime(), largest, notes);
  }
}
