package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class PairTokenizerPropertyTest {
  /** Tokenizing stops early when the rest cannot matter. The result must not differ. */
  @Property(tries = 3000)
  void stoppingEarlyChangesNothing(
      @ForAll @StringLength(max = 60) @CharRange(from = 'a', to = 'd') String a,
      @ForAll @StringLength(max = 60) @CharRange(from = 'a', to = 'd') String b,
      @ForAll @IntRange(min = 0, max = 6) int gap,
      @ForAll @IntRange(min = 3, max = 40) int maxLength) {
    String first = spaced(a, gap);
    String second = spaced(b, 6 - gap);
    TokenSequence expected =
        TokenizerReference.encode(PairTokenizerTest.VOCABULARY, maxLength, first, second);
    TokenSequence found =
        TokenizerSpec.googleBert(PairTokenizerTest.VOCABULARY, true)
            .tokenizer(maxLength)
            .encode(first, second);
    assertThat(found.inputIds()).isEqualTo(expected.inputIds());
    assertThat(found.segmentIds()).isEqualTo(expected.segmentIds());
  }

  private static String spaced(String text, int every) {
    StringBuilder spaced = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      spaced.append(text.charAt(i));
      if (every > 0 && i % every == 0) {
        spaced.append(' ');
      }
    }
    return spaced.toString();
  }
}
