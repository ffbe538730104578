package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Small tokenizers of every kind, as {@code tokenizer.json} writes them. */
final class TestTokenizers {
  static final ObjectMapper JSON = new ObjectMapper();

  private TestTokenizers() {}

  /** A component, written with single quotes. */
  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  /** Letters and a few words, uncased, with [CLS] and [SEP]. */
  static ObjectNode wordPiece() {
    ObjectNode root = json("{'version': '1.0'}");
    ObjectNode vocabulary =
        root.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .putObject("vocab");
    for (String piece : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "new", "york", "##er")) {
      vocabulary.put(piece, vocabulary.size());
    }
    for (char c = 'a'; c <= 'z'; c++) {
      vocabulary.put("" + c, vocabulary.size()).put("##" + c, vocabulary.size());
    }
    root.set("normalizer", json("{'type': 'BertNormalizer'}"));
    root.set("pre_tokenizer", json("{'type': 'BertPreTokenizer'}"));
    root.set(
        "post_processor",
        json("{'type': 'BertProcessing', 'cls': ['[CLS]', 2], 'sep': ['[SEP]', 3]}"));
    return root;
  }

  /** All bytes, and merges that double an "a" again and again. */
  static ObjectNode bytePairs() {
    ObjectNode root = json("{'version': '1.0'}");
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int b = 0; b < 256; b++) {
      vocabulary.put(Character.toString(ByteLevelPreTokenizer.character(b)), b);
    }
    ArrayNode merges = model.putArray("merges");
    for (String piece = "a"; piece.length() <= 64; piece += piece) {
      merges.add(piece + " " + piece);
      vocabulary.put(piece + piece, vocabulary.size());
    }
    merges.add("b a").add("h e");
    vocabulary.put("ba", vocabulary.size()).put("he", vocabulary.size());
    root.set(
        "pre_tokenizer",
        json("{'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true}"));
    return root;
  }

  /** Letters and runs of "a" with scores, and SentencePiece's spaces. */
  static ObjectNode unigram() {
    ObjectNode root = json("{'version': '1.0'}");
    ObjectNode model = root.putObject("model").put("type", "Unigram").put("unk_id", 0);
    ArrayNode vocabulary = model.putArray("vocab");
    vocabulary.addArray().add("<unk>").add(0.0);
    vocabulary.addArray().add("\u2581").add(-2.0);
    for (char c = 'a'; c <= 'z'; c++) {
      vocabulary.addArray().add("" + c).add(-4.0 - c / 1000.0);
    }
    for (int length = 2; length <= 16; length++) {
      vocabulary.addArray().add("a".repeat(length)).add(-4.0 - length / 10.0);
    }
    root.set("normalizer", json("{'type': 'NFKC'}"));
    root.set("pre_tokenizer", json("{'type': 'Metaspace', 'replacement': '\u2581'}"));
    return root;
  }

  static TokenizerSpec spec(ObjectNode root) throws TokenizerException {
    try {
      return TokenizerSpec.parse(JSON.writeValueAsBytes(root), "tokenizer.json");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
