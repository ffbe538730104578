package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.emit.GraphEmitter;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the Neuron-compatible graph into an artifact, and runs it. Used by one thread. */
final class EmittedGraph {
  private static final String FOLDER = "saved_model";

  private final CompileOptions options;
  private final Subject subject;
  private final GraphEmitter emitter;
  private final Progress progress;

  EmittedGraph(CompileOptions options, Subject subject, GraphEmitter emitter, Progress progress) {
    this.options = options;
    this.subject = subject;
    this.emitter = emitter;
    this.progress = progress;
  }

  /**
   * Writes the graph and compares its answers with the source's. Refuses a graph that does not pass
   * the gate.
   */
  Verification emit(Path workDirectory, ModelManifest manifest) throws CompileException {
    Path directory = workDirectory.resolve(FOLDER);
    Oracle emitted =
        progress.run(
            "Write the SavedModel",
            () -> {
              emitter.write(directory, graph(manifest), manifest.labels().size(), progress);
              return emitter.oracle(directory, manifest);
            });
    Verification verification =
        subject.compare(
            progress
                .run(
                    "Run the SavedModel in " + emitted.runtime(),
                    () -> emitted.answer(subject.gate(), progress))
                .answers());
    Optional<String> complaint = Acceptance.complaint(verification, bounds(manifest.precision()));
    if (complaint.isPresent()) {
      throw new CompileException(
          "The answers of the emitted SavedModel are too far from the source's: "
              + complaint.get()
              + "; nothing was written.");
    }
    return verification;
  }

  /** What its answers are held to. Layer norms in 16 bits compute something else on purpose. */
  Bounds bounds(Precision precision) {
    return Bounds.of(
        options.gate(),
        subject.terms(),
        precision,
        options.approximates(subject.model().activation())
            || options.rewriting().narrowLayerNorms());
  }

  /** Writes the SavedModel for TensorFlow-Neuron. */
  void emitFused(Path workDirectory, ModelManifest manifest, FusedEncoder fused)
      throws CompileException {
    Path directory = workDirectory.resolve(NeuronProgram.FOLDER).resolve(FOLDER);
    emitter.writeFused(directory, graph(manifest), manifest, fused, progress);
  }

  private NeuronGraph graph(ModelManifest manifest) throws CompileException {
    return NeuronGraphs.of(
            options, subject.model(), manifest.precision(), manifest.sequenceLength())
        .orElseThrow(() -> new IllegalStateException("The model has no graph to emit."));
  }
}
