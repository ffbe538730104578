package io.ganglion.runtime.text;

/**
 * One encoded request, and for each token the part of the caller's text that it stands for. White
 * space at both ends of a part is left out.
 *
 * <p>The arrays are not copied; nobody changes them after construction.
 *
 * @param tokens the same as without places
 * @param texts 0 for a token of the first text, 1 for one of the second, -1 for a special token
 * @param words the number of the token's word in its text, from 0; -1 for a special token
 * @param starts where the part begins in its text, in UTF-16 units
 * @param ends where it ends; 0 to 0 for a special token
 * @param truncated whether the end of a text was cut off
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
public record PlacedTokens(
    TokenSequence tokens, int[] texts, int[] words, int[] starts, int[] ends, boolean truncated) {
  public PlacedTokens {
    int length = tokens.length();
    if (texts.length != length
        || words.length != length
        || starts.length != length
        || ends.length != length) {
      throw new IllegalArgumentException("Each of the " + length + " tokens needs a place.");
    }
  }
}
