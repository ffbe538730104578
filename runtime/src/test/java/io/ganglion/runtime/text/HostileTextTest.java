package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long texts, which would take minutes if any step were quadratic. The time limit leaves room for a
 * slow machine.
 */
class HostileTextTest {
  private static final int SIZE = 1_000_000;

  /** A quadratic step would take minutes for these, too. */
  private static final int OTHERS_SIZE = 200_000;

  private static final Duration LIMIT = Duration.ofSeconds(5);

  static Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    texts.put("one word", "a".repeat(SIZE));
    texts.put("words of 200", ("a".repeat(200) + " ").repeat(SIZE / 201));
    texts.put("words of one", "a ".repeat(SIZE / 2));
    texts.put("spaces", " ".repeat(SIZE));
    texts.put("controls", "\u0001".repeat(SIZE));
    texts.put("byte order marks", "\ufeff".repeat(SIZE));
    texts.put("accents of falling class", "a" + "\u0345\u0334".repeat(SIZE / 2));
    texts.put("accents, sorted the wrong way", "a" + falling());
    texts.put("kept marks to be sorted", "a" + "\u302e\ud834\udd65".repeat(SIZE / 3));
    texts.put("kept marks in short runs", "a\u302e\ud834\udd65".repeat(SIZE / 4));
    texts.put("ideographs", "\u4e00".repeat(SIZE));
    texts.put("ideographs that decompose", "\uf900".repeat(SIZE));
    texts.put("hangul", "\uac01".repeat(SIZE));
    texts.put("capital sigmas", "\u03a3".repeat(SIZE));
    texts.put("sigmas far apart", ("\u03a3" + "'".repeat(SIZE / 4)).repeat(4));
    texts.put("sigmas with marks", "\u03a3\u0301".repeat(SIZE / 2));
    texts.put("sigmas in controls", "a" + "\u0001".repeat(SIZE / 2) + "\u03a3");
    texts.put("punctuation", ".".repeat(SIZE));
    texts.put("lone surrogates", "\ud800".repeat(SIZE));
    texts.put("emoji", "\ud83d\ude00".repeat(SIZE / 2));
    texts.put("expanding", "\u1fb7\ufdfa\u0390".repeat(SIZE / 3));
    texts.put("anything", anything());
    return texts;
  }

  private static String falling() {
    return "\u0345".repeat(SIZE / 2) + "\u0301".repeat(SIZE / 4) + "\u0334".repeat(SIZE / 4);
  }

  private static String anything() {
    return new Random(11)
        .ints(SIZE / 2, 0, Character.MAX_CODE_POINT + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static final Map<String, String> TEXTS = texts();

  static Iterable<String> names() {
    return TEXTS.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void takesLinearTimeForAMillionCharacters(String name) throws Exception {
    String text = TEXTS.get(name);
    Vocabulary vocabulary = Vocabulary.of(TestArtifacts.tiny().pieces());
    for (boolean lowerCase : new boolean[] {true, false}) {
      linear(TokenizerSpec.googleBert(vocabulary, lowerCase), text);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void otherTokenizersTakeLinearTimeToo(String name) throws Exception {
    String text = TEXTS.get(name).substring(0, OTHERS_SIZE);
    linear(TestTokenizers.spec(TestTokenizers.wordPiece()), text);
    linear(TestTokenizers.spec(TestTokenizers.bytePairs()), text);
    ObjectNode unigram = TestTokenizers.unigram();
    linear(TestTokenizers.spec(unigram), text);
    ((ObjectNode) unigram.get("pre_tokenizer")).put("split", false);
    linear(TestTokenizers.spec(unigram), text);
    unigram.set(
        "normalizer",
        TestTokenizers.json(
            "{'type':'Sequence','normalizers':[{'type':'NFD'},{'type':'Replace',"
                + "'pattern':{'Regex':' {2,}|a{100}b'},'content':' '},{'type':'StripAccents'}]}"));
    linear(TestTokenizers.spec(unigram), text);
  }

  /** Reads all of the text, and then as much as a sequence needs. */
  private static void linear(TokenizerSpec spec, String text) {
    Tokenizer whole = spec.tokenizer(1 << 22);
    assertTimeoutPreemptively(LIMIT, () -> whole.encode("x" + text, text));
    Tokenizer cut = spec.tokenizer(128);
    assertThat(cut.encode("x" + text, text).length()).isBetween(1, 128);
  }
}
