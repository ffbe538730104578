package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * XLM-RoBERTa's tokenizer in {@code sentencepiece.bpe.model}, a unigram model whose ids the tools
 * shift: four special tokens come first, then the pieces from the fourth on, and the mask comes
 * last. A {@code tokenizer.model} has the ids that stand in it.
 */
final class SentencePieceModel {
  static final String SHIFTED = "sentencepiece.bpe.model";
  private static final List<String> UNSHIFTED = List.of("tokenizer.model", "spiece.model");
  private static final String SPACE = "\u2581";
  private static final int FIRST_SHIFTED = 3;

  /** Bounds memory; XLM-RoBERTa's file has 5 MB. */
  private static final long MAX_BYTES = 64 << 20;

  private static final int UNIGRAM = 1;
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;

  /** A piece, its score, and whether it is control, unknown or the like. */
  private record Piece(String text, float score, int type) {}

  private final Path file;
  private final List<Piece> pieces = new ArrayList<>();
  private byte @Nullable [] normalization;
  private boolean addsPrefix = true;
  private boolean joinsSpaces = true;
  private int kind = UNIGRAM;
  private boolean byteFallback;

  private SentencePieceModel(Path file) {
    this.file = file;
  }

  static Optional<ObjectNode> read(Path folder, TokenizerConfig config) throws CompileException {
    Path shifted = folder.resolve(SHIFTED);
    if (Files.exists(shifted)) {
      return Optional.of(new SentencePieceModel(shifted).parse().shifted(config));
    }
    for (String name : UNSHIFTED) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return Optional.of(new SentencePieceModel(file).parse().unshifted(config));
      }
    }
    return Optional.empty();
  }

  private SentencePieceModel parse() throws CompileException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CompileException(
            "%s has %d bytes, and at most %d are read."
                .formatted(file, Files.size(file), MAX_BYTES));
      }
      ProtoFields model = new ProtoFields(Files.readAllBytes(file));
      while (model.next()) {
        switch (model.number()) {
          case 1 -> pieces.add(piece(model.message()));
          case 2 -> training(model.message());
          case 3 -> normalization(model.message());
          default -> {}
        }
      }
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    } catch (IllegalArgumentException e) {
      throw new CompileException(
          file + " is not a SentencePiece model: " + e.getMessage() + ".", e);
    }
    if (kind != UNIGRAM || pieces.size() <= FIRST_SHIFTED) {
      throw new CompileException(
          file + " is not a unigram model of SentencePiece, the only kind that Ganglion has.");
    }
    if (!addsPrefix || !joinsSpaces) {
      throw new CompileException(
          file + " keeps spaces as they are, which Ganglion does not have; give a tokenizer.json.");
    }
    return this;
  }

  private static Piece piece(ProtoFields fields) {
    String text = "";
    float score = 0;
    int type = NORMAL;
    while (fields.next()) {
      switch (fields.number()) {
        case 1 -> text = fields.text();
        case 2 -> score = fields.fixed32AsFloat();
        case 3 -> type = (int) fields.varint();
        default -> {}
      }
    }
    return new Piece(text, score, type);
  }

  private void training(ProtoFields fields) {
    while (fields.next()) {
      switch (fields.number()) {
        case 3 -> kind = (int) fields.varint();
        case 35 -> byteFallback = fields.varint() != 0;
        default -> {}
      }
    }
  }

  private void normalization(ProtoFields fields) {
    while (fields.next()) {
      switch (fields.number()) {
        case 2 -> normalization = fields.bytes();
        case 3 -> addsPrefix = fields.varint() != 0;
        case 4 -> joinsSpaces = fields.varint() != 0;
        default -> {}
      }
    }
  }

  private ObjectNode shifted(TokenizerConfig config) {
    List<Piece> all = new ArrayList<>();
    String begin = config.token("cls_token", "<s>");
    String end = config.token("sep_token", "</s>");
    String mask = config.token("mask_token", "<mask>");
    List<String> first =
        List.of(begin, config.token("pad_token", "<pad>"), end, config.token("unk_token", "<unk>"));
    first.forEach(token -> all.add(new Piece(token, 0, NORMAL)));
    all.addAll(pieces.subList(FIRST_SHIFTED, pieces.size()));
    all.add(new Piece(mask, 0, NORMAL));
    TokenizerJson json = common(all, first.size() - 1);
    for (int id = 0; id < first.size(); id++) {
      json.special(first.get(id), id, false);
    }
    json.special(mask, all.size() - 1, true);
    json.template(
        "%s A %s".formatted(begin, end), "%1$s A %2$s %2$s B %2$s".formatted(begin, end), 0);
    return json.root();
  }

  private ObjectNode unshifted(TokenizerConfig config) throws CompileException {
    if (config.flag("do_lower_case", false)) {
      throw new CompileException(
          file + " comes with do_lower_case, which Ganglion does not have; give a tokenizer.json.");
    }
    int unknown = -1;
    for (int id = 0; id < pieces.size(); id++) {
      unknown = pieces.get(id).type() == UNKNOWN ? id : unknown;
    }
    List<String> texts = pieces.stream().map(Piece::text).toList();
    String begin = config.token("cls_token", "[CLS]");
    String end = config.token("sep_token", "[SEP]");
    if (unknown < 0 || !texts.contains(begin) || !texts.contains(end)) {
      throw new CompileException(
          "%s has no unknown piece, no %s or no %s; give a tokenizer.json."
              .formatted(file, begin, end));
    }
    TokenizerJson json = common(pieces, unknown);
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).type() == UNKNOWN || pieces.get(id).type() == CONTROL) {
        json.special(texts.get(id), id, false);
      }
    }
    json.template("%s A %s".formatted(begin, end), "%1$s A %2$s B %2$s".formatted(begin, end), 1);
    return json.root();
  }

  private TokenizerJson common(List<Piece> all, int unknown) {
    TokenizerJson json = new TokenizerJson();
    if (normalization != null && normalization.length > 0) {
      json.component("normalizer", "Precompiled")
          .put("precompiled_charsmap", Base64.getEncoder().encodeToString(normalization));
    }
    ArrayNode steps = json.component("pre_tokenizer", "Sequence").putArray("pretokenizers");
    steps.addObject().put("type", "WhitespaceSplit");
    steps
        .addObject()
        .put("type", "Metaspace")
        .put("replacement", SPACE)
        .put("prepend_scheme", "always")
        .put("split", true);
    ObjectNode model =
        json.component("model", "Unigram")
            .put("unk_id", unknown)
            .put("byte_fallback", byteFallback);
    ArrayNode vocabulary = model.putArray("vocab");
    all.forEach(piece -> vocabulary.addArray().add(piece.text()).add((double) piece.score()));
    return json;
  }
}
