package io.ganglion.compiler;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.target.neuron.NeuronBackEnd;
import io.ganglion.runtime.artifact.Gelu;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.artifact.WeightSchema;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pipeline: read, recognise, run the source, write, run what was written, compare, keep. */
public final class ModelCompiler {
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
   * @param trials what was tried; the last is what was written
   * @param sourceBytes size of the source's weights
   * @param weightBytes size of the artifact's weights
   * @param operators of the graph at each stage
   */
  public record Result(
      SourceModel source,
      Recognised recognised,
      List<Trial> trials,
      long sourceBytes,
      long weightBytes,
      OperatorCounts operators) {
    /** Of the artifact. */
    public ModelManifest manifest() {
      return trials.get(trials.size() - 1).manifest();
    }

    /** Of the artifact against the source. */
    public Verification verification() {
      return trials.get(trials.size() - 1).verification();
    }
  }

  /** Compiles; on failure nothing is left behind. */
  public static Result compile(CompileOptions options, Phases phases) throws CompileException {
    return new ModelCompiler(options, phases).run();
  }

  private Result run() throws CompileException {
    OutputDirectory.requireFree(options.output().toAbsolutePath());
    NeuronBackEnd neuron = neuron();
    SourceModel source =
        phases.run("Read the source", () -> SavedModelReader.read(options.savedModel()));
    Recognised recognised =
        phases.run("Recognise BERT", () -> BertRecogniser.recognise(source, options.scope()));
    BertModel model = recognised.model();
    SourceEvaluator evaluator = new SourceEvaluator(source, recognised);
    VocabularyFile vocabulary =
        VocabularyFile.find(
            options.vocabulary(), options.savedModel(), model.dimensions().vocabularySize());
    String digest = phases.run("Digest of the source", () -> SourceDigest.of(options.savedModel()));
    Trials.ManifestMaker manifests =
        (precision, kept) ->
            Manifests.of(options, model, evaluator.fixedLength(), digest, precision, kept);
    PairSplit pairs = PairSplit.of(options);
    PairEncoder encoder = encoder(manifests, evaluator.fixedLength(), vocabulary);
    List<TokenSequence> gate = encode(encoder, pairs.gate());
    SourceEvaluator.Answers answers =
        phases.run("Run the source in TensorFlow", () -> evaluator.run(gate, phases));
    Trials.Subject subject =
        new Trials.Subject(
            model,
            vocabulary,
            manifests,
            encode(encoder, pairs.calibration()),
            gate,
            answers,
            neuron);
    List<Trial> trials = new Trials(options, phases, subject).run();
    ModelManifest written = trials.get(trials.size() - 1).manifest();
    return new Result(
        source,
        recognised,
        trials,
        4 * model.parameters(),
        bytes(written),
        OperatorCounts.of(source, recognised, written));
  }

  /** Its compiler is looked for before anything else is done. */
  private @Nullable NeuronBackEnd neuron() throws CompileException {
    if (options.neuron().isEmpty()) {
      return null;
    }
    String path = System.getenv("PATH");
    return NeuronBackEnd.of(options.neuron().get(), path == null ? "" : path, phases::say);
  }

  private static long bytes(ModelManifest manifest) {
    return WeightSchema.of(manifest).stream().mapToLong(TensorSpec::byteSize).sum();
  }

  private PairEncoder encoder(
      Trials.ManifestMaker manifests, int fixedLength, VocabularyFile vocabulary)
      throws CompileException {
    int length = manifests.of(options.precision().candidates().get(0), Map.of()).sequenceLength();
    return new PairEncoder(
        vocabulary.pieces(),
        options.lowerCase(),
        fixedLength > 0 ? Math.min(fixedLength, length) : length);
  }

  private static List<TokenSequence> encode(PairEncoder encoder, List<BuiltInPairs.Pair> pairs) {
    return pairs.stream().map(pair -> encoder.encode(pair.a(), pair.b())).toList();
  }

  /** Whether the compile changes what the model computes beyond its precision. */
  static boolean approximates(CompileOptions options, Gelu source) {
    return options.crudeGelu() && source != Gelu.SIGMOID;
  }
}
