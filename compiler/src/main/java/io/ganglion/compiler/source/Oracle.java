package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * Runs a source model in its original runtime, so that its answers can be trusted. Used by one
 * thread.
 */
public interface Oracle {
  /**
   * The model's answers.
   *
   * @param logits one row for each input
   * @param probabilities one row for each input
   */
  record Answers(List<float[]> logits, List<float[]> probabilities) {
    public Answers {
      logits = List.copyOf(logits);
      probabilities = List.copyOf(probabilities);
    }
  }

  /** The runtime's name in reports, such as "TensorFlow". */
  String runtime();

  /** The fixed input length in tokens, including padding; 0 if the model takes any length. */
  int fixedLength();

  /** Runs all inputs, padded as the model needs. */
  Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException;
}
