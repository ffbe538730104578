package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the tokenizer in a folder of HuggingFace's tools. Stateless. */
public final class TokenizerFolder {
  private static final String WHOLE = "tokenizer.json";

  /** What {@link TokenizerSpec#read} takes at most. */
  private static final long MAX_BYTES = 64 << 20;

  private TokenizerFolder() {}

  /**
   * The folder's tokenizer; empty if it holds none. {@code tokenizer.json} says all; without it the
   * tokenizer is made of {@code sentencepiece.bpe.model}, of {@code vocab.json} and {@code
   * merges.txt}, or of {@code vocab.txt}, each with {@code tokenizer_config.json} if that is there.
   */
  public static Optional<TokenizerSpec> read(Path folder) throws CompileException {
    try {
      Path whole = folder.resolve(WHOLE);
      if (Files.exists(whole)) {
        TokenizerSpec tokenizer = TokenizerSpec.read(whole);
        TokenizerConfig.read(folder).requireAgreement(folder, TokenizerConfig.json(whole, MAX_BYTES));
        return Optional.of(tokenizer);
      }
      TokenizerConfig config = TokenizerConfig.read(folder);
      Optional<ObjectNode> made = SentencePieceModel.read(folder, config);
      if (made.isEmpty()) {
        made = BytePairFiles.read(folder, config);
      }
      if (made.isEmpty()) {
        made = WordPieceFiles.read(folder, config);
      }
      return made.isEmpty() ? Optional.empty() : Optional.of(spec(made.get(), folder));
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /**
   * The tokenizer of one file: a {@code tokenizer.json}, or a {@code vocab.txt} with the settings of
   * the {@code tokenizer_config.json} beside it.
   */
  public static TokenizerSpec ofFile(Path file) throws CompileException {
    try {
      if (file.toString().endsWith(".json")) {
        return TokenizerSpec.read(file);
      }
      Path folder = file.toAbsolutePath().getParent();
      TokenizerConfig config = folder == null ? TokenizerConfig.NONE : TokenizerConfig.read(folder);
      return spec(WordPieceFiles.of(file, config), file);
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  private static TokenizerSpec spec(ObjectNode made, Path where) throws TokenizerException {
    return TokenizerSpec.parse(
        made.toString().getBytes(StandardCharsets.UTF_8), "The tokenizer of " + where);
  }
}
