package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.util.Map;
import java.util.function.Consumer;

/** A model before training. */
public sealed interface StartingPoint permits FreshStart, ModelStart, PretrainedStart {
  /** The sizes of the model, for a vocabulary and the longest sequence, in tokens. */
  BertConfig config(int vocabularySize, int maxLength) throws CompileException;

  /**
   * Row-major values of all its parameters, by name.
   *
   * @param seed seed of new values
   * @param notes receives a text about the values' origin
   */
  Map<String, float[]> weights(BertConfig config, long seed, Consumer<String> notes)
      throws CompileException;

  /** A text that identifies this starting point. */
  String identity() throws CompileException;
}
