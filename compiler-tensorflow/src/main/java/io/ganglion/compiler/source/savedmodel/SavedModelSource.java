package io.ganglion.compiler.source.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.recognise.BertRecogniser;
import io.ganglion.compiler.recognise.CallableGraph;
import io.ganglion.compiler.recognise.Recognised;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A SavedModel or frozen graph in which a classifier was found. */
final class SavedModelSource implements Source {
  private final SourceModel read;
  private final Recognised recognised;

  SavedModelSource(SourceModel read, Recognised recognised) {
    this.read = read;
    this.recognised = recognised;
  }

  static Recognised recognise(SourceModel read, @Nullable String scope) throws CompileException {
    return BertRecogniser.recognise(
        new CallableGraph(
            read.path().toString(),
            read.graph(),
            read.signatures(),
            read.variables(),
            read.topLevel()),
        scope);
  }

  @Override
  public Path path() {
    return read.path();
  }

  @Override
  public BertModel model() {
    return recognised.model();
  }

  @Override
  public Oracle oracle() {
    return SavedModelOracle.of(read, recognised);
  }

  @Override
  public Optional<GraphSize> graphSize() {
    GraphPass.Program cleaned =
        GraphPass.applyAll(
            GraphPass.cleaning(),
            new GraphPass.Program(read.graph(), recognised.call().output().flat()));
    return Optional.of(new GraphSize(read.graph().size(), cleaned.graph().size()));
  }

  @Override
  public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
      throws CompileException {
    Optional<Path> file = given == null ? Assets.of(read.path()).tokenizer() : Optional.of(given);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          file.get().toString().endsWith(".json")
              ? TokenizerSpec.read(file.get())
              : TokenizerSpec.googleBert(Vocabulary.read(file.get()), lowerCase));
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<List<String>> labels() throws CompileException {
    return Assets.of(read.path()).labels();
  }
}
