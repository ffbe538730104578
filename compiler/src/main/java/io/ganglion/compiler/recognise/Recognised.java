package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source model that has been understood.
 *
 * @param model what it is
 * @param signature that was followed
 * @param call how to run it
 */
public record Recognised(BertModel model, Signature signature, Call call) {
  /**
   * How to run the source.
   *
   * @param roles what each input of the signature is
   * @param output the signature's output that was followed
   * @param logits the source's tensor of logits, where it can be fetched
   * @param outputIsLogits whether {@code output} gives logits and not probabilities
   * @param masksPadding whether padding leaves the answer as it is
   */
  public record Call(
      Map<TensorRef, Role> roles,
      Signature.Port output,
      @Nullable TensorRef logits,
      boolean outputIsLogits,
      boolean masksPadding) {}

  /** What an input of the source means. */
  public enum Role {
    TOKEN_IDS,
    MASK,
    SEGMENT_IDS,
    /** Takes zeros. */
    IGNORED
  }
}
