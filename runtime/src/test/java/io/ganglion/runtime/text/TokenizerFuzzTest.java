package io.ganglion.runtime.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a tokenizer.json holds, it is read or refused, and then any text can be encoded. */
class TokenizerFuzzTest {
  private static final int MAX_LENGTH = 64;

  static Stream<byte[]> tokenizers() throws TokenizerException {
    Vocabulary vocabulary =
        Vocabulary.of(
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "##s", "un", "##a"));
    return Stream.of(
        TokenizerSpec.googleBert(vocabulary, true).toJson(),
        TokenizerSpec.googleBert(vocabulary, false).toJson(),
        """
        {"version": "1.0",
         "added_tokens": [{"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false,
           "rstrip": false, "normalized": false, "special": true}],
         "normalizer": {"type": "BertNormalizer", "clean_text": true,
           "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100,
           "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "##b": 5}}}
        """
            .getBytes(UTF_8));
  }

  @MethodSource("tokenizers")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] json) throws TokenizerException {
    TokenizerSpec spec;
    try {
      spec = TokenizerSpec.parse(json, "fuzzed");
    } catch (TokenizerException e) {
      return; // refused
    }
    if (!Arrays.equals(spec.toJson(), TokenizerSpec.parse(spec.toJson(), "normal").toJson())) {
      throw new AssertionError("the normal form has another normal form");
    }
    int length = Math.max(MAX_LENGTH, spec.leastLength());
    TokenSequence tokens =
        spec.tokenizer(length)
            .encode("The cats, \u4e2d Zo\u00eb \ud83d\ude00.", new String(json, UTF_8));
    if (tokens.inputIds().length > length) {
      throw new AssertionError(tokens.inputIds().length + " tokens");
    }
    for (int id : tokens.inputIds()) {
      if (id < 0 || id >= spec.vocabularySize()) {
        throw new AssertionError("id " + id + " of " + spec.vocabularySize());
      }
    }
  }
}
