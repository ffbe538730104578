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
   * @param outputs what the head gives for each input: a row, or a row for each token, one after
   *     the other
   * @param answers the same after the task's output activation
   */
  record Answers(List<float[]> outputs, List<float[]> answers) {
    public Answers {
      outputs = List.copyOf(outputs);
      answers = List.copyOf(answers);
    }
  }

  /** The runtime's name in reports, such as "TensorFlow". */
  String runtime();

  /** The fixed input length in tokens, including padding; 0 if the model takes any length. */
  int fixedLength();

  /** Runs all inputs, padded as the model needs. */
  Answers answer(List<TokenSequence> inputs, Progress progress) throws CompileException;
}
