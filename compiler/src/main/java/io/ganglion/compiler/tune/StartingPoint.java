package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import java.util.Map;
import java.util.function.Consumer;

/** What a model is before it is trained. */
public sealed interface StartingPoint permits FreshStart, PretrainedStart {
  /** The sizes of the model, for a vocabulary and the longest sequence, in tokens. */
  BertConfig config(int vocabularySize, int maxLength) throws CompileException;

  /**
   * Row-major values of all its parameters, by name.
   *
   * @param seed of those that are new
   * @param notes takes a text about where they come from
   */
  Map<String, float[]> weights(BertConfig config, long seed, Consumer<String> notes)
      throws CompileException;

  /** Tells it from others, in words. */
  String identity() throws CompileException;
}
