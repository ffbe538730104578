package io.ganglion.runtime.text;

import io.ganglion.runtime.text.Template.Part;
import io.ganglion.runtime.text.Template.Special;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes texts, cuts them to the longest sequence and puts the special tokens around them.
 * Immutable, thread-safe.
 *
 * <p>A text is read to the end of the word that reaches {@code maxLength} tokens, and no further.
 * For {@link Truncation#GOOGLE} this does not change the result: cutting takes single tokens from
 * the longer text (from the second at a tie) until both fit. On its way it passes through the
 * lengths (min(a, n), min(b, n)) for every n at which both together are still too long.
 */
final class PairTokenizer implements Tokenizer {
  private final TextEncoder texts;
  private final Template template;
  private final Truncation truncation;
  private final int maxLength;
  private final int singleSpecials;
  private final int pairSpecials;

  PairTokenizer(TextEncoder texts, Template template, Truncation truncation, int maxLength) {
    this.texts = texts;
    this.template = template;
    this.truncation = truncation;
    this.maxLength = maxLength;
    singleSpecials = Template.specials(template.single());
    pairSpecials = Template.specials(template.pair());
  }

  @Override
  public TokenSequence encode(String a, @Nullable String b) {
    TokenSink first = texts.encode(a, maxLength);
    if (b != null) {
      TokenSink second = texts.encode(b, maxLength);
      if (truncation != Truncation.GOOGLE || second.count() > 0) {
        return pair(first, second);
      }
    }
    return single(first);
  }

  private TokenSequence pair(TokenSink first, TokenSink second) {
    Truncation.Kept kept = truncation.cut(first.count(), second.count(), maxLength - pairSpecials);
    if (truncation == Truncation.GOOGLE && kept.second() == 0) {
      first.cutTo(kept.first());
      return single(first);
    }
    first.cutTo(kept.first());
    second.cutTo(kept.second());
    return sequence(template.pair(), first, second, kept.first() + kept.second() + pairSpecials);
  }

  private TokenSequence single(TokenSink text) {
    text.cutTo(Math.min(text.count(), maxLength - singleSpecials));
    return sequence(template.single(), text, text, text.count() + singleSpecials);
  }

  private static TokenSequence sequence(
      List<Part> parts, TokenSink first, TokenSink second, int length) {
    int[] inputIds = new int[length];
    int[] segmentIds = new int[length];
    int at = 0;
    for (Part part : parts) {
      int start = at;
      if (part instanceof Special special) {
        inputIds[at++] = special.id();
      } else if (part instanceof Template.Text text) {
        TokenSink tokens = text.isSecond() ? second : first;
        tokens.copyTo(inputIds, at);
        at += tokens.count();
      }
      if (part.segment() != 0) {
        Arrays.fill(segmentIds, start, at, part.segment());
      }
    }
    return new TokenSequence(inputIds, segmentIds);
  }

  @Override
  public boolean hasTokens(String text) {
    return texts.hasTokens(text);
  }
}
