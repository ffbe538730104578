package io.ganglion.compiler;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.target.cpu.ArtifactWeights;
import io.ganglion.compiler.target.neuron.NeuronBackEnd;
import io.ganglion.compiler.target.neuron.WeightSource;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactWriter;
import io.ganglion.runtime.artifact.Gelu;
import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.artifact.WeightSchema;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pipeline: read, recognise, run the source, write, run what was written, compare, keep. */
public final class ModelCompiler {
  private static final int GOLDEN_INPUTS = 8;

  private final CompileOptions options;
  private final Phases phases;

  private ModelCompiler(CompileOptions options, Phases phases) {
    this.options = options;
    this.phases = phases;
  }

  /**
   * What a compile did.
   *
   * @param source as it was read
   * @param recognised what it was taken for
   * @param manifest of the artifact
   * @param verification against the source
   * @param sourceBytes size of the source's weights
   * @param weightBytes size of the artifact's weights
   */
  public record Result(
      SourceModel source,
      Recognised recognised,
      ModelManifest manifest,
      Verification verification,
      long sourceBytes,
      long weightBytes) {}

  /** Compiles; on failure nothing is left behind. */
  public static Result compile(CompileOptions options, Phases phases) throws CompileException {
    return new ModelCompiler(options, phases).run();
  }

  private Result run() throws CompileException {
    OutputDirectory.requireFree(options.output().toAbsolutePath());
    NeuronBackEnd neuron = neuron();
    SourceModel source =
        phases.run("Read the source", () -> SavedModelReader.read(options.savedModel()));
    Recognised recognised = phases.run("Recognise BERT", () -> BertRecogniser.recognise(source));
    BertModel model = recognised.model();
    SourceEvaluator evaluator = new SourceEvaluator(source, recognised);
    VocabularyFile vocabulary =
        VocabularyFile.find(
            options.vocabulary(), options.savedModel(), model.dimensions().vocabularySize());
    String digest = phases.run("Digest of the source", () -> SourceDigest.of(options.savedModel()));
    ModelManifest manifest = Manifests.of(options, model, evaluator.fixedLength(), digest);
    List<TokenSequence> inputs = inputs(manifest, evaluator.fixedLength(), vocabulary);
    SourceEvaluator.Answers answers =
        phases.run("Run the source in TensorFlow", () -> evaluator.run(inputs, phases));
    try (ArtifactWriter writer = ArtifactWriter.create(options.output())) {
      Interrupted onInterrupt = Interrupted.then(writer::close);
      try {
        phases.run(
            "Write the artifact",
            () -> write(writer, manifest, model, vocabulary, inputs, answers));
        if (neuron != null) {
          ArtifactWeights weights = ArtifactWeights.of(model, manifest.head());
          phases.run(
              "Compile for NeuronCores", () -> compile(neuron, manifest, weights::read, writer));
        }
        Verification verification =
            phases.run(
                "Run the artifact on the CPU core",
                () -> verify(writer.workDirectory(), manifest, inputs, answers));
        long weightBytes = bytes(manifest);
        writer.commit();
        return new Result(
            source, recognised, manifest, verification, 4 * model.parameters(), weightBytes);
      } finally {
        onInterrupt.forget();
      }
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Its compiler is looked for before anything else is done. */
  private @Nullable NeuronBackEnd neuron() throws CompileException {
    if (options.neuron().isEmpty()) {
      return null;
    }
    String path = System.getenv("PATH");
    return NeuronBackEnd.of(options.neuron().get(), path == null ? "" : path, phases::say);
  }

  private Path compile(
      NeuronBackEnd neuron, ModelManifest manifest, WeightSource weights, ArtifactWriter writer)
      throws CompileException {
    neuron.compile(manifest, weights, writer.workDirectory(), options.output().toAbsolutePath());
    try {
      writer.stage(manifest);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
    return writer.workDirectory();
  }

  private static long bytes(ModelManifest manifest) {
    return WeightSchema.of(manifest).stream().mapToLong(TensorSpec::byteSize).sum();
  }

  private List<TokenSequence> inputs(
      ModelManifest manifest, int fixedLength, VocabularyFile vocabulary) throws CompileException {
    int length =
        fixedLength > 0
            ? Math.min(fixedLength, manifest.sequenceLength())
            : manifest.sequenceLength();
    PairEncoder encoder = new PairEncoder(vocabulary.pieces(), options.lowerCase(), length);
    return VerificationInputs.of(options.verifyData()).stream()
        .map(pair -> encoder.encode(pair.a(), pair.b()))
        .toList();
  }

  private Path write(
      ArtifactWriter writer,
      ModelManifest manifest,
      BertModel model,
      VocabularyFile vocabulary,
      List<TokenSequence> inputs,
      SourceEvaluator.Answers answers)
      throws CompileException {
    try {
      Files.copy(vocabulary.file(), writer.workDirectory().resolve("vocab.txt"));
      ArtifactWeights weights = ArtifactWeights.of(model, manifest.head());
      long total = bytes(manifest);
      long done = 0;
      try (SafeTensorsWriter file = writer.weights(manifest)) {
        for (TensorSpec spec : WeightSchema.of(manifest)) {
          file.write(spec.name(), weights.read(spec.name()));
          done += spec.byteSize();
          phases.at(done, total);
        }
      }
      if (manifest.gelu() == model.gelu()) {
        int count = Math.min(GOLDEN_INPUTS, inputs.size());
        writer.golden(new GoldenSet(inputs.subList(0, count), answers.logits().subList(0, count)));
      }
      writer.stage(manifest);
      return writer.workDirectory();
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CompileException("Cannot write the artifact: " + e.getMessage(), e);
    }
  }

  private Verification verify(
      Path directory,
      ModelManifest manifest,
      List<TokenSequence> inputs,
      SourceEvaluator.Answers answers)
      throws CompileException {
    Verification verification =
        Verification.compare(
            answers.probabilities(),
            Verification.probabilities(directory, inputs, phases),
            manifest.output());
    Acceptance.require(verification, manifest, options);
    return verification;
  }

  /** Whether the compile changes what the model computes beyond its precision. */
  static boolean approximates(CompileOptions options, Gelu source) {
    return options.crudeGelu() && source != Gelu.SIGMOID;
  }
}
