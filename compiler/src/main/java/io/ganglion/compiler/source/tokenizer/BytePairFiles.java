package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** RoBERTa's byte-level tokenizer in {@code vocab.json} and {@code merges.txt}. */
final class BytePairFiles {
  /** Bounds memory; RoBERTa's two files have 1.3 MB. */
  private static final long MAX_BYTES = 64 << 20;

  static final String MERGES = "merges.txt";

  private static final String VERSION = "#version";

  private BytePairFiles() {}

  static Optional<ObjectNode> read(Path folder, TokenizerConfig config) throws CompileException {
    Path vocabulary = folder.resolve("vocab.json");
    Path merges = folder.resolve(MERGES);
    if (!Files.exists(vocabulary) || !Files.exists(merges)) {
      return Optional.empty();
    }
    boolean prefixed = config.flag("add_prefix_space", false);
    TokenizerJson json = new TokenizerJson();
    json.component("pre_tokenizer", "ByteLevel")
        .put("add_prefix_space", prefixed)
        .put("trim_offsets", config.flag("trim_offsets", true))
        .put("use_regex", true);
    ObjectNode pieces = TokenizerConfig.json(vocabulary, MAX_BYTES);
    ObjectNode model = json.component("model", "BPE");
    model.set("vocab", pieces);
    addMerges(model.putArray("merges"), merges);
    String begin = config.token("cls_token", "<s>");
    String end = config.token("sep_token", "</s>");
    String mask = config.token("mask_token", "<mask>");
    for (String token :
        List.of(
            begin,
            config.token("pad_token", "<pad>"),
            end,
            config.token("unk_token", "<unk>"),
            mask)) {
      if (pieces.path(token).isInt()) {
        json.special(token, pieces.get(token).intValue(), token.equals(mask));
      }
    }
    json.template(
        "%s A %s".formatted(begin, end), "%1$s A %2$s %2$s B %2$s".formatted(begin, end), 0);
    return Optional.of(json.root());
  }

  private static void addMerges(ArrayNode to, Path file) throws CompileException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CompileException(
            "%s has %d bytes, and at most %d are read."
                .formatted(file, Files.size(file), MAX_BYTES));
      }
      for (String line : Splitter.on('\n').split(Files.readString(file, StandardCharsets.UTF_8))) {
        String merge = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (!merge.isEmpty() && !merge.startsWith(VERSION)) {
          to.add(merge);
        }
      }
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
