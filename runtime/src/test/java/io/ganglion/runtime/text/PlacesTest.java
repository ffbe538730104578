package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final long SEED = 3;

  /** Each token with the part of its text, and the number of its word. */
  private static List<String> parts(PlacedTokens placed, String... texts) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < placed.tokens().length(); i++) {
      parts.add(
          placed.texts()[i] < 0
              ? "-"
              : placed.words()[i]
                  + texts[placed.texts()[i]].substring(placed.starts()[i], placed.ends()[i]));
    }
    return parts;
  }

  @Test
  void wordPiecesKnowTheirPlaces() throws Exception {
    Tokenizer tokenizer = TestTokenizers.spec(TestTokenizers.wordPiece()).tokenizer(99);
    String text = "  N\u00e9wer, York\u4e2d \ud83d\ude00x";
    assertThat(parts(tokenizer.encodeWithPlaces(text, "a b"), text, "a b"))
        .containsExactly(
            "-",
            "0N\u00e9w",
            "0er",
            "1,",
            "2York",
            "3\u4e2d",
            "4\ud83d\ude00x",
            "-",
            "0a",
            "1b",
            "-");
  }

  @Test
  void googlesWordPiecesKnowTheirPlaces() throws Exception {
    TokenizerSpec spec =
        TokenizerSpec.googleBert(
            Vocabulary.of(List.of("[UNK]", "[CLS]", "[SEP]", "cafe", "##s")), true);
    String text = "Caf\u00e9s\u0301 " + "a".repeat(300);
    assertThat(parts(spec.tokenizer(99).encodeWithPlaces(text, null), text))
        .containsExactly("-", "0Caf\u00e9", "0s", "1" + "a".repeat(300), "-");
  }

  @Test
  void spacesAreLeftOut() throws Exception {
    String text = " the  aa\u00e9";
    assertThat(
            parts(
                TestTokenizers.spec(TestTokenizers.bytePairs())
                    .tokenizer(99)
                    .encodeWithPlaces(text, null),
                text))
        .containsExactly("0", "0t", "0he", "1", "2", "2aa", "2\u00e9", "2\u00e9");
    assertThat(
            parts(
                TestTokenizers.spec(TestTokenizers.unigram())
                    .tokenizer(99)
                    .encodeWithPlaces("aa b", null),
                "aa b"))
        .containsExactly("0a", "0aa", "1", "1b");
  }

  @Test
  void anAddedTokenIsAWordInItsPlace() throws Exception {
    ObjectNode root = TestTokenizers.wordPiece();
    root.putArray("added_tokens").addObject().put("id", 900).put("content", "<m>");
    String text = "new <M>york";
    assertThat(parts(TestTokenizers.spec(root).tokenizer(99).encodeWithPlaces(text, null), text))
        .containsExactly("-", "0new", "1<M>", "2york", "-");
  }

  @Test
  void placesChangeNoTokenAndLieInTheTextInOrder() throws Exception {
    Random random = new Random(SEED);
    for (ObjectNode root :
        List.of(TestTokenizers.wordPiece(), TestTokenizers.bytePairs(), TestTokenizers.unigram())) {
      Tokenizer tokenizer = TestTokenizers.spec(root).tokenizer(24);
      for (int i = 0; i < 2000; i++) {
        String text = text(random);
        PlacedTokens placed = tokenizer.encodeWithPlaces("x" + text, text + "y");
        TokenSequence plain = tokenizer.encode("x" + text, text + "y");
        assertThat(placed.tokens().inputIds())
            .as("seed %d: %s", SEED, text)
            .isEqualTo(plain.inputIds());
        for (int t = 0; t < plain.length(); t++) {
          assertThat(placed.starts()[t]).isBetween(0, placed.ends()[t]);
          assertThat(placed.ends()[t]).isLessThanOrEqualTo(text.length() + 1);
        }
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(20); length > 0; length--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append(' ');
        case 1 -> text.append((char) ('a' + random.nextInt(4)));
        case 2 -> text.appendCodePoint(0xc0 + random.nextInt(0x2000));
        default -> text.appendCodePoint(0x1f600 + random.nextInt(50));
      }
    }
    return text.toString();
  }
}
