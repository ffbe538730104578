package io.ganglion.core.nrt;

/**
 * What becomes of a batch that the runtime reports, or the logits show, to hold NaN or infinity.
 */
public enum NanPolicy {
  /**
   * The batch fails if a logit of one of its requests is not finite; the runtime's report alone
   * does not fail it, since hardware reports falsely and dummy rows are nobody's.
   */
  CHECK,
  /** As {@link #CHECK}, and the runtime's report fails the batch too. */
  STRICT,
  /** Answers are given as they are. */
  IGNORE
}
