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
  public int segments() {
    return template.segments();
  }

  @Override
  public TokenSequence encode(String a, @Nullable String b) {
    Cut cut = cut(a, b, false);
    return sequence(cut.parts, cut.first, cut.second);
  }

  @Override
  public PlacedTokens encodeWithPlaces(String a, @Nullable String b) {
    Cut cut = cut(a, b, true);
    TokenSequence tokens = sequence(cut.parts, cut.first, cut.second);
    int length = tokens.length();
    int[] texts = new int[length];
    int[] words = new int[length];
    int[] starts = new int[length];
    int[] ends = new int[length];
    int at = 0;
    for (Part part : cut.parts) {
      if (part instanceof Template.Text text) {
        String source = a;
        TokenSink sink = cut.first;
        if (text.isSecond() && b != null) {
          source = b;
          sink = cut.second;
        }
        sink.copyPlacesTo(source, words, starts, ends, at);
        Arrays.fill(texts, at, at + sink.count(), sink == cut.first ? 0 : 1);
        at += sink.count();
      } else {
        texts[at] = -1;
        words[at++] = -1;
      }
    }
    return new PlacedTokens(tokens, texts, words, starts, ends, cut.truncated);
  }

  /** What is kept of the texts, and where it stands. */
  private record Cut(List<Part> parts, TokenSink first, TokenSink second, boolean truncated) {}

  private Cut cut(String a, @Nullable String b, boolean placed) {
    TokenSink first = new TokenSink(maxLength, placed);
    texts.encode(a, first);
    if (b != null) {
      TokenSink second = new TokenSink(maxLength, placed);
      texts.encode(b, second);
      boolean google = truncation == Truncation.GOOGLE;
      if (!google || second.count() > 0) {
        Truncation.Kept kept =
            truncation.cut(first.count(), second.count(), maxLength - pairSpecials);
        boolean truncated = kept.first() < first.count() || kept.second() < second.count();
        first.cutTo(kept.first());
        second.cutTo(kept.second());
        if (!google || second.count() > 0) {
          return new Cut(template.pair(), first, second, truncated);
        }
      }
    }
    int kept = Math.min(first.count(), maxLength - singleSpecials);
    boolean truncated = kept < first.count();
    first.cutTo(kept);
    return new Cut(template.single(), first, first, truncated);
  }

  private static TokenSequence sequence(List<Part> parts, TokenSink first, TokenSink second) {
    int length = Template.specials(parts);
    for (Part part : parts) {
      if (part instanceof Template.Text text) {
        length += (text.isSecond() ? second : first).count();
      }
    }
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
