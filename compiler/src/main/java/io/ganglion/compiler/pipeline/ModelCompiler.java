package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.Phases;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.partition.PartitionedGraph;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.savedmodel.SavedModelReader;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.source.savedmodel.SourceDigest;
import io.ganglion.compiler.source.savedmodel.SourceEvaluator;
import io.ganglion.compiler.source.savedmodel.VocabularyFile;
import io.ganglion.compiler.verify.PairSplit;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
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
   * @param work on the core and on the host
   * @param emitted of the emitted SavedModel against the source; null if none was asked for
   */
  public record Result(
      SourceModel source,
      Recognised recognised,
      List<Trial> trials,
      long sourceBytes,
      long weightBytes,
      OperatorCounts operators,
      PartitionedGraph.Work work,
      @Nullable Verification emitted) {
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
            options.text().vocabulary(), options.savedModel(), model.dimensions().vocabularySize());
    int length = Manifests.length(options, model, evaluator.fixedLength());
    String digest =
        phases.run("Digest of the source", () -> SourceDigest.of(options.savedModel(), phases));
    Trials.ManifestMaker manifests =
        (precision, kept) -> Manifests.of(options, model, length, digest, precision, kept);
    PairSplit pairs = PairSplit.of(options);
    PairEncoder encoder = encoder(length, evaluator.fixedLength(), vocabulary);
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
    Trials trials = new Trials(options, phases, subject);
    List<Trial> done = trials.run();
    ModelManifest written = done.get(done.size() - 1).manifest();
    NeuronGraph graph = NeuronGraphs.of(options, model, written.precision(), length);
    return new Result(
        source,
        recognised,
        done,
        4 * model.parameters(),
        bytes(written),
        OperatorCounts.of(source, recognised, graph),
        graph.placed().work(),
        trials.emitted());
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

  private PairEncoder encoder(int length, int fixedLength, VocabularyFile vocabulary) {
    return new PairEncoder(
        vocabulary.pieces(),
        options.text().lowerCase(),
        fixedLength > 0 ? Math.min(fixedLength, length) : length);
  }

  private static List<TokenSequence> encode(PairEncoder encoder, List<BuiltInPairs.Pair> pairs) {
    return pairs.stream().map(pair -> encoder.encode(pair.a(), pair.b())).toList();
  }

  /** Whether the compile changes what the model computes beyond its precision. */
  public static boolean approximates(CompileOptions options, Gelu source) {
    return options.rewriting().crudeGelu() && source != Gelu.SIGMOID;
  }
}
