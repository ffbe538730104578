package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairTokenizerTest {
  static final Vocabulary VOCABULARY = vocabulary();

  private static Vocabulary vocabulary() {
    try {
      return Vocabulary.of(
          List.of(
              "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "##a", "##b", "abc", ".", "##"));
    } catch (TokenizerException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSingleTextHasOneSegment() {
    TokenSequence sequence = tokenizer(16).encode("abc a.", null);
    assertThat(sequence.inputIds()).containsExactly(2, 9, 4, 10, 3);
    assertThat(sequence.segmentIds()).containsOnly(0);
  }

  @Test
  void aPairHasTwoSegments() {
    TokenSequence sequence = tokenizer(16).encode("abc", "b a");
    assertThat(sequence.inputIds()).containsExactly(2, 9, 3, 5, 4, 3);
    assertThat(sequence.segmentIds()).containsExactly(0, 0, 0, 1, 1, 1);
  }

  @Test
  void aSecondTextWithoutATokenIsNone() {
    TokenSequence single = tokenizer(16).encode("abc", null);
    for (String empty : List.of("", " \t\n", "\u0000\u200b\u0301")) {
      TokenSequence sequence = tokenizer(16).encode("abc", empty);
      assertThat(sequence.inputIds()).isEqualTo(single.inputIds());
      assertThat(tokenizer(16).hasTokens(empty)).isFalse();
    }
    assertThat(tokenizer(16).hasTokens(" \u4e00")).isTrue();
    assertThat(tokenizer(16).hasTokens("?")).isTrue(); // unknown, and a token still
  }

  @Test
  void atATieTheSecondTextIsCut() {
    assertThat(tokenizer(6).encode("a a", "b b").inputIds()).containsExactly(2, 4, 4, 3, 5, 3);
    assertThat(tokenizer(5).encode("a a", "b b").inputIds()).containsExactly(2, 4, 3, 5, 3);
    assertThat(tokenizer(4).encode("a a", "b b").inputIds()).containsExactly(2, 4, 3);
    assertThat(tokenizer(3).encode("a a", "b b").inputIds()).containsExactly(2, 3);
  }

  @Test
  void aLengthWithoutRoomForATokenIsRefused() {
    assertThatThrownBy(() -> tokenizer(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWordWithOnePartUnknownIsUnknown() {
    assertThat(tokenizer(16).encode("abc abcc aab", null).inputIds())
        .containsExactly(2, 9, 1, 4, 7, 8, 3);
  }

  @Test
  void aWordOfMoreThan200CharactersIsUnknown() {
    assertThat(tokenizer(300).encode("a".repeat(200), null).length()).isEqualTo(202);
    assertThat(tokenizer(300).encode("a".repeat(201), null).inputIds()).containsExactly(2, 1, 3);
  }

  @Test
  void piecesInBracketsAreNotTakenFromText() {
    assertThat(tokenizer(16).encode("[SEP]", null).inputIds()).containsExactly(2, 1, 1, 1, 3);
  }

  /** Every pair of lengths in a square that reaches well beyond the maximum length. */
  @Test
  void everyPairOfLengthsIsCutAsByTakingOneAfterTheOther() {
    for (int maxLength = 3; maxLength <= 12; maxLength++) {
      for (int a = 0; a <= 20; a++) {
        for (int b = 0; b <= 20; b++) {
          String first = "a ".repeat(a);
          String second = "b ".repeat(b);
          assertThat(tokenizer(maxLength).encode(first, second).inputIds())
              .isEqualTo(
                  TokenizerReference.encode(VOCABULARY, maxLength, first, second).inputIds());
        }
      }
    }
  }

  private static Tokenizer tokenizer(int maxLength) {
    return TokenizerSpec.googleBert(VOCABULARY, true).tokenizer(maxLength);
  }
}
