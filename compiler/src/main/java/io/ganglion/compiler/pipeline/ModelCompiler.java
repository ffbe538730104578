package io.ganglion.compiler.pipeline;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.OutputDirectory;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.backend.neuron.NeuronBackEnd;
import io.ganglion.compiler.emit.GraphEmitter;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.Sources;
import io.ganglion.compiler.verify.Doubt;
import io.ganglion.compiler.verify.PairSplit;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.Verified;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline: opens the source, runs it, writes an artifact, runs the artifact, compares the
 * answers and keeps the artifact if they agree. Used once, by one thread.
 */
public final class ModelCompiler {
  private final Sources sources;
  private final CompileOptions options;
  private final Progress progress;

  private ModelCompiler(Sources sources, CompileOptions options, Progress progress) {
    this.sources = sources;
    this.options = options;
    this.progress = progress;
  }

  /**
   * The result of a compilation.
   *
   * @param source the source that was compiled
   * @param oracle name of the runtime that ran it
   * @param texts the texts that were compared on, a line each
   * @param trials precisions that were tried; the last one was written
   * @param sourceBytes size of the source's weights
   * @param weightBytes size of the artifact's weights
   * @param operators operators of the Neuron-compatible graph; empty if the model has none
   * @param emitted comparison of the emitted SavedModel with the source; null if none was requested
   */
  public record Result(
      Source source,
      String oracle,
      List<String> texts,
      List<Trial> trials,
      long sourceBytes,
      long weightBytes,
      Optional<OperatorCounts> operators,
      @Nullable Verification emitted) {
    /** The artifact's manifest. */
    public ModelManifest manifest() {
      return trials.get(trials.size() - 1).manifest();
    }

    /** The comparison of the artifact with the source. */
    public Verification verification() {
      return trials.get(trials.size() - 1).verification();
    }

    /** What the comparison could not show. */
    public Set<Doubt> doubts() {
      Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
      doubts.addAll(verification().doubts());
      if (manifest().precision() == Precision.INT8
          && manifest().provenance().verified().builtIn()) {
        doubts.add(Doubt.BUILT_IN_TEXTS);
      }
      return doubts;
    }
  }

  /** Compiles a source of one of these kinds. On failure nothing is left behind. */
  public static Result compile(Sources sources, CompileOptions options, Progress progress)
      throws CompileException {
    return new ModelCompiler(sources, options, progress).run();
  }

  /** Compiles a source of any installed kind. On failure nothing is left behind. */
  public static Result compile(CompileOptions options, Progress progress) throws CompileException {
    return compile(Sources.installed(), options, progress);
  }

  private Result run() throws CompileException {
    OutputDirectory.requireFree(options.output().toAbsolutePath());
    NeuronBackEnd neuron = neuron();
    GraphEmitter emitter = emitter();
    Source source =
        TwoLabels.named(
            sources.open(options.source(), options.scope(), progress), options.text().labels());
    BertModel model = source.model();
    NeuronGraphs.requirePossible(options, model);
    Oracle oracle = source.oracle();
    List<String> labels = Manifests.labels(options, source);
    int length = Manifests.length(options, source, oracle.fixedLength());
    String digest = progress.run("Digest of the source", () -> source.digest(progress));
    PairSplit pairs =
        PairSplit.of(options.gate(), options.precision().calibrates()).sized(model.dimensions());
    pairs.notes().forEach(progress::note);
    TokenizerSpec spec = SourceTokenizer.of(source, options.text(), length, progress);
    int fixed = oracle.fixedLength();
    Tokenizer tokenizer = spec.tokenizer(fixed > 0 ? Math.min(fixed, length) : length);
    boolean both = takesPairs(model, tokenizer);
    List<TokenSequence> gate = pairs.gate(tokenizer, both);
    Verified verified = verified(pairs);
    Subject subject =
        new Subject(
            model,
            spec,
            (precision, kept, tolerance) ->
                Manifests.of(
                    options, model, labels, length, digest, precision, kept, tolerance, verified),
            pairs.calibration(tokenizer, both),
            pairs.texts(both),
            gate,
            oracle.runtime(),
            progress.run(
                "Run the source in " + oracle.runtime(), () -> oracle.answer(gate, progress)),
            neuron);
    Trials trials = new Trials(options, subject, emitter, progress);
    List<Trial> done = trials.run();
    return result(source, oracle, subject.texts(), done, trials.emitted());
  }

  /** What the manifest says about the texts of the comparison. Their file's name, not its path. */
  private static Verified verified(PairSplit pairs) throws CompileException {
    if (pairs.gateFile().isEmpty()) {
      return Verified.onBuiltInPairs(pairs.gate().size());
    }
    Path file = pairs.gateFile().get();
    try {
      return new Verified(
          String.valueOf(file.getFileName()),
          MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString(),
          pairs.gate().size());
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private Result result(
      Source source,
      Oracle oracle,
      List<String> texts,
      List<Trial> done,
      @Nullable Verification emitted)
      throws CompileException {
    ModelManifest written = done.get(done.size() - 1).manifest();
    Optional<NeuronGraph> graph =
        NeuronGraphs.of(options, source.model(), written.precision(), written.sequenceLength());
    return new Result(
        source,
        oracle.runtime(),
        texts,
        done,
        4 * source.model().parameters(),
        WeightSchema.of(written).stream().mapToLong(TensorSpec::byteSize).sum(),
        graph.map(made -> OperatorCounts.of(source, made)),
        emitted);
  }

  /** Whether a request may be two texts: for classifiers that have the segments of a pair. */
  private static boolean takesPairs(BertModel model, Tokenizer tokenizer) {
    return model.task().kind() == Task.Kind.SEQUENCE_CLASSIFICATION
        && tokenizer.segments() <= model.dimensions().segments();
  }

  /** The emitter, if it is needed. It is looked for before any other work. */
  private @Nullable GraphEmitter emitter() throws CompileException {
    return options.rewriting().emitSavedModel()
        ? GraphEmitter.installed("A SavedModel beside the artifact")
        : null;
  }

  /** The back end, if it is needed. Its compiler is looked for before any other work. */
  private @Nullable NeuronBackEnd neuron() throws CompileException {
    if (options.neuron().isEmpty()) {
      return null;
    }
    String path = System.getenv("PATH");
    return NeuronBackEnd.of(options.neuron().get(), path == null ? "" : path, progress::note);
  }
}
