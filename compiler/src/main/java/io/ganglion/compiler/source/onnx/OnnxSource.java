package io.ganglion.compiler.source.onnx;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.onnx.lower.Lowered;
import io.ganglion.compiler.onnx.lower.Lowering;
import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.recognise.Accepted;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.CallableGraph;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.source.AssumedPooling;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceDigest;
import io.ganglion.compiler.source.tokenizer.TokenizerFolder;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An ONNX file in which a model was found. */
final class OnnxSource implements Source {
  private final Path path;
  private final OnnxFiles files;
  private final ReadGraph read;
  private final Lowered lowered;
  private final Recognised recognised;
  private final Settings settings;

  private OnnxSource(
      Path path,
      OnnxFiles files,
      ReadGraph read,
      Lowered lowered,
      Recognised recognised,
      Settings settings) {
    this.path = path;
    this.files = files;
    this.read = read;
    this.lowered = lowered;
    this.recognised = recognised;
    this.settings = settings;
  }

  static OnnxSource recognise(
      Path path, OnnxFiles files, ReadGraph read, @Nullable String scope, Progress progress)
      throws CompileException {
    Settings settings = Settings.of(files.folder());
    Lowered lowered = Lowering.lower(read.model(), read.run());
    Recognised found =
        BertRecogniser.recognise(
            new CallableGraph(
                files.model().toString(),
                lowered.graph(),
                List.of(lowered.signature()),
                lowered.variables(),
                lowered.graph().nodes().stream().map(Node::name).collect(Collectors.toSet())),
            scope,
            Accepted.ALL);
    Task task = task(found, settings, progress);
    return new OnnxSource(path, files, read, lowered, found.with(task), settings);
  }

  /** What the graph leaves open, by the files beside it. */
  private static Task task(Recognised found, Settings settings, Progress progress) {
    Task own = found.model().task();
    return switch (own.kind()) {
      case TOKEN_CLASSIFICATION -> own;
      case SEQUENCE_CLASSIFICATION -> {
        OutputActivation output = settings.output();
        yield !found.call().outputIsLogits() || output == null ? own : Task.classification(output);
      }
      case SEQUENCE_EMBEDDING -> {
        Pooling pooling = settings.pooling();
        if (pooling == null) {
          progress.note(AssumedPooling.NOTE);
        }
        yield Task.embedding(pooling == null ? AssumedPooling.POOLING : pooling, settings.unit());
      }
    };
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public BertModel model() {
    return recognised.model();
  }

  @Override
  public Oracle oracle() {
    return new OnnxOracle(read, lowered.signature(), recognised);
  }

  @Override
  public Optional<GraphSize> graphSize() {
    GraphPass.Program cleaned =
        GraphPass.applyAll(
            GraphPass.cleaning(),
            new GraphPass.Program(lowered.graph(), recognised.call().output().flat()));
    return Optional.of(new GraphSize(read.model().graph().nodes().size(), cleaned.graph().size()));
  }

  @Override
  public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
      throws CompileException {
    return TokenizerFolder.read(files.folder(), given, lowerCase);
  }

  @Override
  public String digest(Progress progress) throws CompileException {
    List<Path> parts = new ArrayList<>(List.of(files.model()));
    parts.addAll(read.model().external());
    parts.addAll(Settings.files(files.folder()));
    return SourceDigest.of(parts, progress);
  }

  @Override
  public Optional<List<String>> labels() {
    return settings.labels();
  }
}
