package io.ganglion.core.nrt;

/**
 * What to do with a batch in which the runtime reports NaN, or whose logits hold NaN or infinity.
 */
public enum NanPolicy {
  /**
   * The batch fails if a logit of one of its requests is not finite. The runtime's report alone
   * does not fail it, because hardware gives false reports and the NaN may be in a dummy row.
   */
  CHECK,
  /** Like {@link #CHECK}, and the runtime's report alone also fails the batch. */
  STRICT,
  /** Answers are returned unchecked. */
  IGNORE
}
