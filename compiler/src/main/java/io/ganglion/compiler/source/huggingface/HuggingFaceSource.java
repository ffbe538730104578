package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.SourceDigest;
import io.ganglion.compiler.source.tokenizer.TokenizerFolder;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A HuggingFace folder that was understood. */
final class HuggingFaceSource implements Source {
  private final FolderModel folder;
  private final BertModel model;

  private HuggingFaceSource(FolderModel folder, BertModel model) {
    this.folder = folder;
    this.model = model;
  }

  static HuggingFaceSource of(FolderModel folder) throws CompileException {
    return new HuggingFaceSource(folder, ModelBuilder.of(folder));
  }

  @Override
  public Path path() {
    return folder.path();
  }

  @Override
  public BertModel model() {
    return model;
  }

  @Override
  public Oracle oracle() {
    return new DoubleOracle(folder);
  }

  @Override
  public Optional<GraphSize> graphSize() {
    return Optional.empty();
  }

  @Override
  public OptionalInt usualLength() {
    return folder.maxLength();
  }

  @Override
  public Optional<TokenizerSpec> tokenizer(@Nullable Path given, boolean lowerCase)
      throws CompileException {
    return TokenizerFolder.read(folder.transformer(), given, lowerCase);
  }

  @Override
  public Optional<List<String>> labels() {
    List<String> labels = folder.head().labels();
    return labels.isEmpty() ? Optional.empty() : Optional.of(labels);
  }

  /** Of the files that are read: a folder often holds the same model in other forms, too. */
  @Override
  public String digest(Progress progress) throws CompileException {
    return SourceDigest.of(
        folder.path(),
        file -> file.toString().matches(".*\\.(json|txt|model|safetensors)"),
        progress);
  }
}
