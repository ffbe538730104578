package io.ganglion.runtime.text;

/**
 * One encoded request: {@code [CLS] a [SEP]} or {@code [CLS] a [SEP] b [SEP]}, without padding.
 *
 * <p>The arrays are not copied; nobody changes them after construction.
 *
 * @param inputIds rows of the vocabulary, one for each token
 * @param segmentIds 0 for the first text with its [CLS] and [SEP], 1 for the second; as long as
 *     {@code inputIds}
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
public record TokenSequence(int[] inputIds, int[] segmentIds) {
  public TokenSequence {
    if (inputIds.length == 0 || inputIds.length != segmentIds.length) {
      throw new IllegalArgumentException(
          "A token sequence needs as many segment ids as input ids, at least one: "
              + inputIds.length
              + " and "
              + segmentIds.length);
    }
  }

  /** Number of tokens, [CLS] and [SEP] included. */
  public int length() {
    return inputIds.length;
  }
}
