package io.ganglion.compiler.source;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;

/**
 * Runs a model as those who made it would, so that its answers are beyond doubt. Used by one
 * thread.
 */
public interface Oracle {
  /**
   * What the model says.
   *
   * @param logits one row an input
   * @param probabilities one row an input
   */
  record Answers(List<float[]> logits, List<float[]> probabilities) {
    public Answers {
      logits = List.copyOf(logits);
      probabilities = List.copyOf(probabilities);
    }
  }

  /** What runs it, for those who read a report: "TensorFlow". */
  String runtime();

  /** The number of tokens that the model always takes, padding counted; 0 if it takes any. */
  int fixedLength();

  /** Runs all inputs, padded as the model wants them. */
  Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException;
}
