package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Interrupted;
import io.ganglion.compiler.Phases;
import io.ganglion.compiler.backend.cpu.ArtifactWeights;
import io.ganglion.compiler.backend.cpu.Calibration;
import io.ganglion.compiler.backend.cpu.QuantizationPlan;
import io.ganglion.compiler.backend.cpu.QuantizedWeights;
import io.ganglion.compiler.backend.neuron.FusedEncoder;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.backend.savedmodel.NeuronOpSavedModel;
import io.ganglion.compiler.backend.savedmodel.NeuronSavedModel;
import io.ganglion.compiler.cli.CompilerMain;
import io.ganglion.compiler.cli.TrialTable;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.source.savedmodel.SourceEvaluator;
import io.ganglion.compiler.source.savedmodel.VocabularyFile;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactWriter;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
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
 * first that the accuracy gate accepts. Used once, by one thread.
 */
final class Trials {
  private static final int GOLDEN_INPUTS = 8;

  /** Matrices named when int8 is refused. */
  private static final int WORST_NAMED = 5;

  private final CompileOptions options;
  private final Phases phases;
  private final Subject subject;
  private final List<Trial> done = new ArrayList<>();
  private @Nullable Verification emitted;

  /**
   * What is compiled.
   *
   * @param model as recognised
   * @param vocabulary to copy
   * @param manifests makes the manifest for a precision
   * @param calibration inputs that int8 is calibrated on
   * @param gate inputs to compare on
   * @param answers the source's on {@code gate}
   * @param neuron compiles what is kept for NeuronCores too; null for the CPU alone
   */
  record Subject(
      BertModel model,
      VocabularyFile vocabulary,
      ManifestMaker manifests,
      List<TokenSequence> calibration,
      List<TokenSequence> gate,
      SourceEvaluator.Answers answers,
      @Nullable NeuronBackEnd neuron) {}

  /** Makes a manifest for a precision and its exceptions. */
  @FunctionalInterface
  interface ManifestMaker {
    ModelManifest of(Precision precision, Map<String, Precision> kept) throws CompileException;
  }

  /** Writes one tensor. */
  @FunctionalInterface
  private interface TensorSource {
    void write(SafeTensorsWriter file, TensorSpec spec) throws ArtifactException, CompileException;
  }

  Trials(CompileOptions options, Phases phases, Subject subject) {
    this.options = options;
    this.phases = phases;
    this.subject = subject;
  }

  /** All trials, the accepted one last; its artifact is in place. */
  List<Trial> run() throws CompileException {
    for (Precision precision : options.precision().candidates()) {
      boolean accepted = precision == Precision.INT8 ? quantized() : plain(precision);
      if (accepted) {
        return done;
      }
    }
    if (done.size() > 1) {
      TrialTable.print(CompilerMain.out(), done);
    }
    throw new CompileException(String.valueOf(done.get(done.size() - 1).complaint()));
  }

  /** Of the emitted SavedModel against the source; null if none was asked for. */
  @Nullable Verification emitted() {
    return emitted;
  }

  private boolean plain(Precision precision) throws CompileException {
    ModelManifest manifest = subject.manifests().of(precision, Map.of());
    ArtifactWeights weights = weights(manifest);
    return attempt(
        manifest, (file, spec) -> file.write(spec.name(), weights.read(spec.name())), "");
  }

  private boolean quantized() throws CompileException {
    ModelManifest reference = subject.manifests().of(Precision.BF16, Map.of());
    ArtifactWeights weights = weights(reference);
    Map<String, InputStatistics> statistics = calibrate(reference, weights);
    QuantizationPlan plan =
        phases.run(
            "Choose scales",
            () ->
                QuantizationPlan.of(reference.dimensions(), statistics, weights::read, phases::at));
    String worst =
        plan.worstFirst().stream()
            .limit(WORST_NAMED)
            .map(name -> String.format(Locale.ROOT, "%s (%.1f %%)", name, 100 * plan.error(name)))
            .collect(Collectors.joining(", ", " The matrices that lose most by int8: ", "."));
    int matrices = plan.worstFirst().size();
    int kept = 0;
    // Beyond half of the matrices, bf16 for all is as fast.
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

  private ArtifactWeights weights(ModelManifest manifest) {
    return ArtifactWeights.of(subject.model(), manifest.head());
  }

  private Map<String, InputStatistics> calibrate(ModelManifest manifest, ArtifactWeights weights)
      throws CompileException {
    try (ArtifactWriter writer = ArtifactWriter.create(options.output())) {
      Interrupted onInterrupt = Interrupted.then(writer::close);
      try {
        return phases.run(
            "Calibrate on " + subject.calibration().size() + " pairs",
            () -> {
              stage(
                  writer,
                  manifest,
                  (file, spec) -> file.write(spec.name(), weights.read(spec.name())));
              return Calibration.run(writer.workDirectory(), subject.calibration(), phases::at);
            });
      } finally {
        onInterrupt.forget();
      }
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Writes, runs and compares; moves the artifact into place if it is accepted. */
  private boolean attempt(ModelManifest manifest, TensorSource tensors, String hint)
      throws CompileException {
    try (ArtifactWriter writer = ArtifactWriter.create(options.output())) {
      Interrupted onInterrupt = Interrupted.then(writer::close);
      try {
        phases.run(
            "Write the artifact (" + manifest.precision() + ")",
            () -> {
              stage(writer, manifest, tensors);
              return true;
            });
        Verification verification =
            phases.run("Run the artifact on the CPU core", () -> verify(writer, manifest));
        String complaint =
            Acceptance.complaint(verification, manifest, manifest.probabilityTolerance(), options);
        done.add(new Trial(manifest, verification, complaint == null ? null : complaint + hint));
        if (complaint == null) {
          emit(writer, manifest);
          compileForNeuron(writer, manifest);
          writer.commit();
        }
        return complaint == null;
      } finally {
        onInterrupt.forget();
      }
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Writes the Neuron-compatible graph beside, and runs it. */
  private void emit(ArtifactWriter writer, ModelManifest manifest) throws CompileException {
    if (!options.rewriting().emitSavedModel()) {
      return;
    }
    Path directory = writer.workDirectory().resolve("saved_model");
    NeuronGraph graph =
        NeuronGraphs.of(options, subject.model(), manifest.precision(), manifest.sequenceLength());
    SourceModel written =
        phases.run(
            "Write the SavedModel",
            () -> {
              NeuronSavedModel.write(directory, graph, manifest.labels().size(), phases);
              return SavedModelReader.read(directory);
            });
    SourceEvaluator evaluator = SourceEvaluator.ofEmitted(written, manifest);
    List<float[]> answers =
        phases
            .run("Run the SavedModel in TensorFlow", () -> evaluator.run(subject.gate(), phases))
            .probabilities();
    emitted = compare(answers, manifest);
    String complaint =
        Acceptance.complaint(
            emitted, manifest, Acceptance.emittedTolerance(options, manifest), options);
    if (complaint != null) {
      throw new CompileException("The emitted SavedModel: " + complaint);
    }
    try {
      writer.stage(manifest);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private void compileForNeuron(ArtifactWriter writer, ModelManifest manifest)
      throws CompileException {
    NeuronBackEnd neuron = subject.neuron();
    if (neuron == null) {
      return;
    }
    ArtifactWeights weights = weights(manifest);
    phases.run(
        "Compile for NeuronCores",
        () -> {
          neuron.compile(
              manifest, weights::read, writer.workDirectory(), options.output().toAbsolutePath());
          emitFused(neuron, manifest, weights, writer.workDirectory());
          try {
            writer.stage(manifest);
          } catch (ArtifactException e) {
            throw new CompileException(e.getMessage(), e);
          }
          return true;
        });
  }

  /** Writes what TensorFlow-Neuron loads, where it loads anything for the target. */
  private void emitFused(
      NeuronBackEnd neuron, ModelManifest manifest, ArtifactWeights weights, Path workDirectory)
      throws CompileException {
    Optional<FusedEncoder> fused = neuron.fused(manifest, weights::read, workDirectory);
    if (options.rewriting().emitSavedModel() && fused.isPresent()) {
      Path directory = workDirectory.resolve(NeuronProgram.FOLDER).resolve("saved_model");
      NeuronGraph graph =
          NeuronGraphs.of(
              options, subject.model(), manifest.precision(), manifest.sequenceLength());
      NeuronOpSavedModel.write(directory, graph, manifest, fused.get(), phases);
    }
  }

  private void stage(ArtifactWriter writer, ModelManifest manifest, TensorSource tensors)
      throws CompileException {
    try {
      Files.copy(subject.vocabulary().file(), writer.workDirectory().resolve("vocab.txt"));
      List<TensorSpec> specs = WeightSchema.of(manifest);
      long total = specs.stream().mapToLong(TensorSpec::byteSize).sum();
      long written = 0;
      try (SafeTensorsWriter file = writer.weights(manifest)) {
        for (TensorSpec spec : specs) {
          tensors.write(file, spec);
          written += spec.byteSize();
          phases.at(written, total);
        }
      }
      int count = Math.min(GOLDEN_INPUTS, subject.gate().size());
      writer.golden(
          new GoldenSet(
              subject.gate().subList(0, count), subject.answers().logits().subList(0, count)));
      writer.stage(manifest);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CompileException("Cannot write the artifact: " + e.getMessage(), e);
    }
  }

  private Verification verify(ArtifactWriter writer, ModelManifest manifest)
      throws CompileException {
    return compare(
        Verification.probabilities(writer.workDirectory(), subject.gate(), phases), manifest);
  }

  private Verification compare(List<float[]> answers, ModelManifest manifest) {
    return Verification.compare(
        subject.answers().probabilities(),
        answers,
        manifest.output(),
        Verification.clearMargin(manifest.precision()));
  }
}
