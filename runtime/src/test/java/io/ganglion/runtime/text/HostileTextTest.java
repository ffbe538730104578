package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts of a million characters, which would take minutes if any step were quadratic. The time
 * limit leaves room for a slow machine.
 */
class HostileTextTest {
  private static final int SIZE = 1_000_000;
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
      TextEncoder encoder = TokenizerReference.google(vocabulary, lowerCase);
      assertTimeoutPreemptively(LIMIT, () -> TokenizerReference.all(encoder, text));
      Tokenizer tokenizer = TokenizerSpec.googleBert(vocabulary, lowerCase).tokenizer(128);
      TokenSequence sequence = tokenizer.encode(text, text);
      assertThat(sequence.length()).isBetween(2, 128);
    }
  }
}
