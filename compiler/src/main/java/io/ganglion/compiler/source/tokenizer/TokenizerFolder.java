package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the tokenizer in a folder of HuggingFace's tools. Stateless. */
public final class TokenizerFolder {
  private static final String WHOLE = "tokenizer.json";

  /** What {@link TokenizerSpec#read} takes at most. */
  private static final long MAX_BYTES = 64 << 20;

  private TokenizerFolder() {}

  /**
   * The tokenizer for a model of a folder; empty if there is none. A given file is a {@code
   * tokenizer.json} or a {@code vocab.txt}. In the folder {@code tokenizer.json} says all; without
   * it the tokenizer is made of {@code sentencepiece.bpe.model}, of {@code vocab.json} and {@code
   * merges.txt}, or of {@code vocab.txt}, each with {@code tokenizer_config.json} if that is there.
   *
   * @param given a file to take in place of the folder's own; null for none
   * @param lowerCase whether texts are lower-cased, where no file says it; what says the opposite
   *     of false is refused
   */
  public static Optional<TokenizerSpec> read(Path folder, @Nullable Path given, boolean lowerCase)
      throws CompileException {
    Path whole = given == null ? folder.resolve(WHOLE) : given;
    TokenizerConfig config = TokenizerConfig.read(folder, lowerCase);
    try {
      if (given == null ? Files.exists(whole) : given.toString().endsWith(".json")) {
        TokenizerSpec tokenizer = TokenizerSpec.read(whole);
        config.requireAgreement(folder, TokenizerConfig.json(whole, MAX_BYTES));
        return Optional.of(tokenizer);
      }
      Optional<ObjectNode> made =
          given == null ? made(folder, config) : Optional.of(WordPieceFiles.of(given, config));
      return made.isEmpty() ? Optional.empty() : Optional.of(spec(made.get(), folder));
    } catch (TokenizerException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  /** Whether a folder has a file that a tokenizer can be made of. Reads none of them. */
  public static boolean isIn(Path folder) {
    return Stream.of(WHOLE, SentencePieceModel.SHIFTED, BytePairFiles.MERGES, WordPieceFiles.FILE)
        .anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
  }

  private static Optional<ObjectNode> made(Path folder, TokenizerConfig config)
      throws CompileException, TokenizerException {
    Optional<ObjectNode> made = SentencePieceModel.read(folder, config);
    if (made.isEmpty()) {
      made = BytePairFiles.read(folder, config);
    }
    return made.isEmpty() ? WordPieceFiles.read(folder, config) : made;
  }

  private static TokenizerSpec spec(ObjectNode made, Path where) throws TokenizerException {
    return TokenizerSpec.parse(
        made.toString().getBytes(StandardCharsets.UTF_8), "The tokenizer of " + where);
  }
}
