package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.TokenizerException;
import io.ganglion.runtime.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** BERT's tokenizer in {@code vocab.txt}: one piece a line. */
final class WordPieceFiles {
  static final String FILE = "vocab.txt";

  private static final int LONGEST_WORD = 100;

  private WordPieceFiles() {}

  static Optional<ObjectNode> read(Path folder, TokenizerConfig config)
      throws CompileException, TokenizerException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Optional.of(of(file, config)) : Optional.empty();
  }

  static ObjectNode of(Path file, TokenizerConfig config)
      throws CompileException, TokenizerException {
    if (!config.flag("do_basic_tokenize", true)) {
      throw new CompileException(
          file + " comes with do_basic_tokenize false, which Ganglion does not have.");
    }
    Vocabulary vocabulary = Vocabulary.read(file);
    TokenizerJson json = new TokenizerJson();
    json.component("normalizer", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", config.flag("tokenize_chinese_chars", true))
        .put("lowercase", config.lowercases())
        .set("strip_accents", config.flagOrNull("strip_accents"));
    json.component("pre_tokenizer", "BertPreTokenizer");
    String unknown = config.token("unk_token", "[UNK]");
    ObjectNode model =
        json.component("model", "WordPiece")
            .put("unk_token", unknown)
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", LONGEST_WORD);
    ObjectNode pieces = model.putObject("vocab");
    List<String> lines = vocabulary.pieces();
    for (int id = 0; id < lines.size(); id++) {
      if (!lines.get(id).isEmpty()) {
        pieces.put(lines.get(id), id); // of two equal ones the later
      }
    }
    String classify = config.token("cls_token", "[CLS]");
    String separate = config.token("sep_token", "[SEP]");
    for (String token :
        List.of(
            config.token("pad_token", "[PAD]"),
            unknown,
            classify,
            separate,
            config.token("mask_token", "[MASK]"))) {
      if (pieces.has(token)) {
        json.special(token, pieces.get(token).intValue(), false);
      }
    }
    json.template(
        "%s A %s".formatted(classify, separate),
        "%1$s A %2$s B %2$s".formatted(classify, separate),
        1);
    return json.root();
  }
}
