package io.ganglion.runtime.text;

import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;

/**
 * The tokenizers library of Hugging Face. A test that asks for it where its native code cannot be
 * loaded reports that it did not run.
 */
final class HuggingFaceOracle implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private HuggingFaceOracle(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Reads a {@code tokenizer.json}; nothing is cut or padded. */
  static HuggingFaceOracle of(byte[] json) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      return new HuggingFaceOracle(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false")));
    } catch (LinkageError | IllegalStateException e) {
      return abort("not run: the library's native code cannot be loaded here: " + e);
    }
  }

  /** Set up as a BERT tokenizer over these pieces. */
  static HuggingFaceOracle bert(List<String> pieces, boolean lowerCase) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("version", "1.0");
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", lowerCase)
        .put("lowercase", lowerCase);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode model =
        root.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", Vocabulary.UNKNOWN)
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", 200);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id), id);
    }
    return of(json.writeValueAsBytes(root));
  }

  /** The ids of a text alone. */
  int[] ids(String text) {
    return narrow(tokenizer.encode(text, false, false).getIds());
  }

  /** The ids of a text with the special tokens around it. */
  int[] whole(String text) {
    return narrow(tokenizer.encode(text, true, false).getIds());
  }

  private static int[] narrow(long[] ids) {
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = Math.toIntExact(ids[i]);
    }
    return narrow;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
