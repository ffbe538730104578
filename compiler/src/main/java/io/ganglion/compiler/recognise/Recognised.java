package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.runtime.model.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recognised source model.
 *
 * @param model the model
 * @param signature the signature that was followed
 * @param call how to run the source
 */
public record Recognised(BertModel model, Signature signature, Call call) {
  /**
   * How to run the source.
   *
   * @param roles role of each input of the signature
   * @param output the signature's output that was followed
   * @param logits the source's tensor of logits, if it can be fetched
   * @param outputIsLogits whether {@code output} gives logits instead of probabilities
   * @param masksPadding whether padding does not change the answer
   */
  public record Call(
      Map<TensorRef, Role> roles,
      Signature.Port output,
      @Nullable TensorRef logits,
      boolean outputIsLogits,
      boolean masksPadding) {}

  /** What a model's output is, seen from its encoder. */
  public enum Ending {
    /** What a head makes of the first token of each text. */
    FIRST_TOKEN,
    /** What a head makes of every token. */
    EVERY_TOKEN,
    /** The encoder's own rows. */
    ENCODER
  }

  /** The same model with another task. */
  public Recognised with(Task task) {
    return new Recognised(model.with(task), signature, call);
  }

  /** The role of an input of the source. */
  public enum Role {
    TOKEN_IDS,
    MASK,
    SEGMENT_IDS,
    /** Gets zeros. */
    IGNORED
  }
}
