package io.ganglion.runtime.text;

import static io.ganglion.runtime.text.TestTokenizers.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each component does to random texts what the tokenizers library's does. A model of 256 bytes
 * shows the text that a component leaves, and a space before each word shows where words begin.
 */
class ComponentAgreementTest {
  private static final long SEED = 5;
  private static final int TEXTS = 1500;
  private static final String[] SNIPPETS = {
    "  ",
    "\t",
    "\r\n",
    "\u00a0",
    "\u3000",
    "'s",
    "'re",
    "e\u0301",
    "\u1ea5",
    "\uac01",
    "\u2581",
    "--",
    "\ufb01",
    "12",
    "\u0661",
    "\u4e2d",
    "\u0130",
    "\u1109\u1161\u11a8",
    "\u0345\u0334",
    "ab",
    "x"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'NFC'}",
        "{'type':'NFD'}",
        "{'type':'NFKC'}",
        "{'type':'NFKD'}",
        "{'type':'Lowercase'}",
        "{'type':'StripAccents'}",
        "{'type':'Strip','strip_left':true,'strip_right':false}",
        "{'type':'Strip','strip_left':true,'strip_right':true}",
        "{'type':'Prepend','prepend':'\u2581'}",
        "{'type':'Replace','pattern':{'String':' '},'content':'\u2581'}",
        "{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}",
        "{'type':'Replace','pattern':{'Regex':'ab|[0-9x]{1,2}'},'content':''}",
        "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,"
            + "'strip_accents':null,'lowercase':true}",
        "{'type':'BertNormalizer','clean_text':false,'handle_chinese_chars':false,"
            + "'strip_accents':true,'lowercase':false}",
        "{'type':'Sequence','normalizers':[{'type':'NFKD'},{'type':'StripAccents'},"
            + "{'type':'Lowercase'}]}"
      })
  void normalizersAgree(String normalizer) throws Exception {
    ObjectNode root = bytes();
    root.set("normalizer", json(normalizer));
    agrees(root, normalizer);
  }

  @Test
  void sentencePiecesTableIsUsedAlike() throws Exception {
    ObjectNode root = bytes();
    root.set(
        "normalizer",
        json("{'type':'Precompiled'}")
            .put(
                "precompiled_charsmap",
                charsMap(
                    Map.of(
                        "\t", " ", "\u00a0", " ", "\ufb01", "fi", "e\u0301", "\u00e9", "\u1ea5",
                        "a", "\u1109", "s", "\u0334", "", "\u4e2d", "zh", "\r", ""))));
    agrees(root, "Precompiled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'BertPreTokenizer'}",
        "{'type':'Whitespace'}",
        "{'type':'WhitespaceSplit'}",
        "{'type':'Punctuation','behavior':'Isolated'}",
        "{'type':'Punctuation','behavior':'MergedWithPrevious'}",
        "{'type':'Digits','individual_digits':true}",
        "{'type':'Digits','individual_digits':false}",
        "{'type':'Split','pattern':{'String':'--'},'behavior':'MergedWithNext','invert':false}",
        "{'type':'Split','pattern':{'Regex':'\\\\s+'},'behavior':'Removed','invert':false}",
        "{'type':'Split','pattern':{'Regex':'\\\\w+'},'behavior':'Removed','invert':true}",
        "{'type':'Split','pattern':{'Regex':'\\\\p{L}'},'behavior':'Contiguous','invert':false}",
        "{'type':'Split','pattern':{'Regex':' ?[^\\\\s\\\\d]+'},'behavior':'MergedWithPrevious',"
            + "'invert':false}",
        "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'always','split':true}",
        "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'first','split':false}",
        "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'never','split':true}",
        "{'type':'Sequence','pretokenizers':[{'type':'WhitespaceSplit'},"
            + "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'first','split':true}]}",
        "{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true,'use_regex':true}"
      })
  void preTokenizersAgree(String preTokenizer) throws Exception {
    ObjectNode root = bytes();
    ObjectNode spaced = json("{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true}");
    spaced.put("use_regex", false);
    root.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(json(preTokenizer))
        .add(spaced);
    agrees(root, preTokenizer);
  }

  @Test
  void mergesAgreeInShortAndLongWords() throws Exception {
    modelsAgree(TestTokenizers.bytePairs());
  }

  @Test
  void scoresAgreeInShortAndLongWords() throws Exception {
    modelsAgree(TestTokenizers.unigram());
  }

  private static void modelsAgree(ObjectNode root) throws Exception {
    root.putArray("added_tokens");
    byte[] json = TestTokenizers.JSON.writeValueAsBytes(root);
    Tokenizer tokenizer = TokenizerSpec.parse(json, "it").tokenizer(1 << 20);
    Random random = new Random(SEED);
    try (HuggingFaceOracle oracle = HuggingFaceOracle.of(json)) {
      for (int i = 0; i < TEXTS; i++) {
        StringBuilder text = new StringBuilder();
        for (int run = random.nextInt(8); run >= 0; run--) {
          text.append("ab he?\u00e9".charAt(random.nextInt(7)));
          text.append("a".repeat(random.nextInt(i % 50 == 0 ? 500 : 40)));
        }
        same(oracle, tokenizer, text.toString(), "model");
      }
    }
  }

  /** A model whose tokens are bytes. */
  private static ObjectNode bytes() {
    ObjectNode root = TestTokenizers.bytePairs();
    ((ObjectNode) root.get("model")).putArray("merges");
    ((ObjectNode) root.get("pre_tokenizer")).put("use_regex", false);
    return root;
  }

  private static void agrees(ObjectNode root, String what) throws Exception {
    root.putArray("added_tokens");
    byte[] json = TestTokenizers.JSON.writeValueAsBytes(root);
    Tokenizer tokenizer = TokenizerSpec.parse(json, what).tokenizer(1 << 20);
    byte[] normal = TokenizerSpec.parse(json, what).toJson();
    assertThat(TokenizerSpec.parse(normal, what).toJson()).isEqualTo(normal);
    Random random = new Random(SEED);
    try (HuggingFaceOracle oracle = HuggingFaceOracle.of(json)) {
      for (int i = 0; i < TEXTS; i++) {
        same(oracle, tokenizer, randomText(random), what);
      }
    }
  }

  private static void same(
      HuggingFaceOracle oracle, Tokenizer tokenizer, String text, String what) {
    Supplier<String> description =
        () ->
            "%s, seed %d, code points %s"
                .formatted(what, SEED, text.codePoints().mapToObj(Integer::toHexString).toList());
    int[] expected = oracle.ids(text);
    if (expected.length == 0) {
      assertThat(tokenizer.hasTokens(text)).as(description).isFalse();
    } else {
      assertThat(tokenizer.encode(text, null).inputIds()).as(description).isEqualTo(expected);
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(6)) {
        case 0 -> text.append(' ');
        case 1 -> text.appendCodePoint(0x300 + random.nextInt(0x70)); // accents
        case 2 -> text.append((char) ('!' + random.nextInt(94)));
        case 3 -> text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
        case 4 -> text.appendCodePoint(0xa0 + random.nextInt(0xd000));
        default -> text.appendCodePoint(0x10000 + random.nextInt(0x20000));
      }
    }
    return text.toString();
  }

  /**
   * The table in the form that SentencePiece writes. A node's children are in a block of 256
   * places, of which the first holds the value of a key that ends there.
   */
  private static String charsMap(Map<String, String> replacements) {
    StringBuilder texts = new StringBuilder();
    Map<String, Integer> blocks = new TreeMap<>(); // the block of each beginning, in bytes
    blocks.put("", 1);
    Map<String, Integer> values = new TreeMap<>();
    replacements.forEach(
        (from, to) -> {
          String key = latin(from);
          for (int end = 1; end <= key.length(); end++) {
            blocks.putIfAbsent(key.substring(0, end), blocks.size() + 1);
          }
          values.put(key, latin(texts.toString()).length());
          texts.append(to).append('\0');
        });
    int[] units = new int[256 * (blocks.size() + 2)];
    blocks.forEach(
        (beginning, block) -> {
          int at = 0;
          int label = 0;
          if (!beginning.isEmpty()) {
            label = beginning.charAt(beginning.length() - 1);
            String parent = beginning.substring(0, beginning.length() - 1);
            at = 256 * blocks.get(parent) ^ label;
          }
          int leaf = values.containsKey(beginning) ? 1 << 8 : 0;
          units[at] = (at ^ 256 * block) << 10 | leaf | label;
          if (leaf != 0) {
            units[256 * block] = values.get(beginning) | 1 << 31;
          }
        });
    byte[] tail = texts.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + 4 * units.length + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(4 * units.length);
    for (int unit : units) {
      buffer.putInt(unit);
    }
    return Base64.getEncoder().encodeToString(buffer.put(tail).array());
  }

  /** UTF-8 with a character for each byte. */
  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
