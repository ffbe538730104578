package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.backend.cpu.Calibration;
import io.ganglion.compiler.backend.cpu.QuantizationPlan;
import io.ganglion.compiler.backend.cpu.QuantizedWeights;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.compiler.verify.ArtifactRun;
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
  private final EmittedGraph graph;
  private final List<Trial> done = new ArrayList<>();
  private @Nullable Verification emitted;

  Trials(CompileOptions options, Subject subject, Progress progress) {
    this.options = options;
    this.progress = progress;
    this.subject = subject;
    staging = new Staging(options.output(), subject, progress);
    graph = new EmittedGraph(options, subject, progress);
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
    throw new RefusedException(String.valueOf(done.get(done.size() - 1).complaint()), done);
  }

  /** The comparison of the emitted SavedModel with the source; null if none was requested. */
  @Nullable Verification emitted() {
    return emitted;
  }

  private boolean plain(Precision precision) throws CompileException {
    ModelManifest manifest = subject.manifests().of(precision, Map.of());
    return attempt(manifest, plainly(subject.weights()), "");
  }

  private static Staging.TensorSource plainly(ArtifactWeights weights) {
    return (file, spec) -> file.write(spec.name(), weights.read(spec.name()));
  }

  private boolean quantized() throws CompileException {
    ModelManifest reference = subject.manifests().of(Precision.BF16, Map.of());
    ArtifactWeights weights = subject.weights();
    Map<String, InputStatistics> statistics = calibrate(reference, weights);
    QuantizationPlan plan =
        progress.run(
            "Choose scales",
            () -> QuantizationPlan.of(reference.dimensions(), statistics, weights::read, progress));
    String worst =
        plan.worstFirst().stream()
            .limit(WORST_NAMED)
            .map(name -> String.format(Locale.ROOT, "%s (%.1f %%)", name, 100 * plan.error(name)))
            .collect(Collectors.joining(", ", " The matrices that lose most by int8: ", "."));
    int matrices = plan.worstFirst().size();
    int kept = 0;
    // With more than half of the matrices in bf16, bf16 for all is as fast.
    while (kept <= matrices / 2) {
      Map<String, Precision> exceptions = plan.keeping(kept);
      ModelManifest manifest = subject.manifests().of(Precision.INT8, exceptions);
      QuantizedWeights quantized = new QuantizedWeights(plan, weights::read, exceptions.keySet());
      if (attempt(manifest, quantized::write, worst)) {
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
  private boolean attempt(ModelManifest manifest, Staging.TensorSource tensors, String hint)
      throws CompileException {
    return staging.fresh(
        writer -> {
          progress.run(
              "Write the artifact (" + manifest.precision() + ")",
              () -> {
                staging.stage(writer, manifest, tensors);
                return true;
              });
          Verification verification =
              progress.run(
                  "Run the artifact on the CPU core",
                  () ->
                      subject.compare(
                          ArtifactRun.answers(
                              writer.workDirectory(), subject.gate(), progress),
                          manifest));
          Optional<String> complaint =
              Acceptance.complaint(
                  verification, manifest, manifest.tolerance(), options.gate());
          done.add(new Trial(manifest, verification, complaint.map(c -> c + hint).orElse(null)));
          if (complaint.isEmpty()) {
            keep(writer, manifest);
          }
          return complaint.isEmpty();
        });
  }

  /** Adds the requested extras to the artifact and moves it into place. */
  private void keep(ArtifactWriter writer, ModelManifest manifest)
      throws ArtifactException, CompileException {
    if (options.rewriting().emitSavedModel()) {
      emitted = graph.emit(writer.workDirectory(), manifest);
      writer.stage(manifest);
    }
    NeuronBackEnd neuron = subject.neuron();
    if (neuron != null) {
      progress.run(
          "Compile for NeuronCores",
          () -> {
            compile(neuron, writer.workDirectory(), manifest);
            return true;
          });
      writer.stage(manifest);
    }
    writer.commit();
  }

  private void compile(NeuronBackEnd neuron, Path workDirectory, ModelManifest manifest)
      throws CompileException {
    ArtifactWeights weights = subject.weights();
    neuron.compile(manifest, weights::read, workDirectory, options.output().toAbsolutePath());
    Optional<FusedEncoder> fused = neuron.fused(manifest, weights::read, workDirectory);
    if (options.rewriting().emitSavedModel() && fused.isPresent()) {
      graph.emitFused(workDirectory, manifest, fused.get());
    }
  }
}
