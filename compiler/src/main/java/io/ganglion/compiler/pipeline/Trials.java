package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.backend.cpu.Calibration;
import io.ganglion.compiler.backend.cpu.QuantizationPlan;
import io.ganglion.compiler.backend.cpu.QuantizedWeights;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.emit.GraphEmitter;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactWriter;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the artifact in one precision after the other, runs each on the CPU core and keeps the
 * first one that the accuracy gate accepts. Used once, by one thread.
 */
final class Trials {
  /** Number of matrices named when int8 is refused. */
  private static final int WORST_NAMED = 5;

  private final CompileOptions options;
  private final Progress progress;
  private final Subject subject;
  private final Staging staging;
  private final @Nullable EmittedGraph graph;
  private final GoldenTolerance golden;
  private final List<Trial> done = new ArrayList<>();
  private String worstMatrices = "";
  private @Nullable Verification emitted;

  /**
   * @param emitter writes the graph as well; null if nobody asked for it
   */
  Trials(
      CompileOptions options, Subject subject, @Nullable GraphEmitter emitter, Progress progress) {
    this.options = options;
    this.progress = progress;
    this.subject = subject;
    staging = new Staging(options.output(), subject, progress);
    graph = emitter == null ? null : new EmittedGraph(options, subject, emitter, progress);
    golden = new GoldenTolerance(subject);
  }

  /**
   * Runs the trials. The accepted one is last, and its artifact is in place.
   *
   * @throws RefusedException if no precision is accepted
   */
  List<Trial> run() throws CompileException {
    for (Precision precision : options.precision().candidates()) {
      boolean accepted = precision == Precision.INT8 ? quantized() : plain(precision);
      if (accepted) {
        return done;
      }
    }
    throw new RefusedException(refusal(), done, subject.texts(), subject.oracle());
  }

  /** The comparison of the emitted SavedModel with the source; null if none was requested. */
  @Nullable Verification emitted() {
    return emitted;
  }

  private String refusal() {
    Trial last = done.get(done.size() - 1);
    String why =
        options.precision().candidates().size() == 1
            ? "In %s the answers are too far from the source's: %s; nothing was written."
                .formatted(last.name(), last.complaint())
            : "The answers are too far from the source's in every precision; nothing was written.";
    return why + (options.precision() == PrecisionChoice.INT8 ? worstMatrices : "");
  }

  private boolean plain(Precision precision) throws CompileException {
    ModelManifest manifest = manifest(precision, Map.of());
    return attempt(manifest, plainly(subject.weights()));
  }

  private ModelManifest manifest(Precision precision, Map<String, Precision> kept)
      throws CompileException {
    return subject.manifests().of(precision, kept, golden.usual(bounds(precision)));
  }

  private Bounds bounds(Precision precision) {
    return Bounds.of(
        options.gate(),
        subject.terms(),
        precision,
        options.approximates(subject.model().activation()));
  }

  private static Staging.TensorSource plainly(ArtifactWeights weights) {
    return (file, spec) -> file.write(spec.name(), weights.read(spec.name()));
  }

  private boolean quantized() throws CompileException {
    ModelManifest reference = manifest(Precision.BF16, Map.of());
    ArtifactWeights weights = subject.weights();
    Map<String, InputStatistics> statistics = calibrate(reference, weights);
    QuantizationPlan plan =
        progress.run(
            "Choose scales",
            () -> QuantizationPlan.of(reference.dimensions(), statistics, weights::read, progress));
    worstMatrices =
        plan.worstFirst().stream()
            .limit(WORST_NAMED)
            .map(name -> String.format(Locale.ROOT, "%s (%.1f %%)", name, 100 * plan.error(name)))
            .collect(Collectors.joining(", ", " The matrices that lose most by int8: ", "."));
    int matrices = plan.worstFirst().size();
    int kept = 0;
    // With more than half of the matrices in bf16, bf16 for all is as fast.
    while (kept <= matrices / 2) {
      Map<String, Precision> exceptions = plan.keeping(kept);
      ModelManifest manifest = manifest(Precision.INT8, exceptions);
      QuantizedWeights quantized = new QuantizedWeights(plan, weights::read, exceptions.keySet());
      if (attempt(manifest, quantized::write)) {
        return true;
      }
      kept = kept == 0 ? Math.max(1, matrices / 16) : 2 * kept;
    }
    return false;
  }

  private Map<String, InputStatistics> calibrate(ModelManifest manifest, ArtifactWeights weights)
      throws CompileException {
    return staging.fresh(
        writer ->
            progress.run(
                "Calibrate on " + subject.calibration().size() + " pairs",
                () -> {
                  staging.stage(writer, manifest, plainly(weights));
                  return Calibration.run(writer.workDirectory(), subject.calibration(), progress);
                }));
  }

  /** Writes the artifact, runs it and compares. Moves it into place if it is accepted. */
  private boolean attempt(ModelManifest manifest, Staging.TensorSource tensors)
      throws CompileException {
    return staging.fresh(
        writer -> {
          progress.run(
              "Write the artifact (" + manifest.precision() + ")",
              () -> {
                staging.stage(writer, manifest, tensors);
                return true;
              });
          ArtifactRun.Answers answers =
              progress.run(
                  "Run the artifact on the CPU core",
                  () ->
                      ArtifactRun.of(
                          writer.workDirectory(), subject.gate(), progress, System::nanoTime));
          Verification verification = subject.compare(answers.rows());
          Bounds bounds = bounds(manifest.precision());
          Optional<String> complaint = Acceptance.complaint(verification, bounds);
          ModelManifest kept = golden.widened(manifest, answers.rows());
          done.add(
              new Trial(kept, verification, bounds, answers.perSecond(), complaint.orElse(null)));
          if (complaint.isEmpty()) {
            keep(writer, kept);
          }
          return complaint.isEmpty();
        });
  }

  /** Adds the requested extras to the artifact and moves it into place. */
  private void keep(ArtifactWriter writer, ModelManifest manifest)
      throws ArtifactException, CompileException {
    if (graph != null) {
      emitted = graph.emit(writer.workDirectory(), manifest);
    }
    NeuronBackEnd neuron = subject.neuron();
    if (neuron != null) {
      progress.run(
          "Compile for NeuronCores",
          () -> {
            compile(neuron, writer.workDirectory(), manifest);
            return true;
          });
    }
    // What was compiled and verified meanwhile belongs to the manifest.
    writer.stage(manifest);
    writer.commit();
  }

  private void compile(NeuronBackEnd neuron, Path workDirectory, ModelManifest manifest)
      throws CompileException {
    ArtifactWeights weights = subject.weights();
    neuron.compile(manifest, weights::read, workDirectory, options.output().toAbsolutePath());
    Optional<FusedEncoder> fused = neuron.fused(manifest, weights::read, workDirectory);
    if (graph != null && fused.isPresent()) {
      graph.emitFused(workDirectory, manifest, fused.get());
    }
  }
}
