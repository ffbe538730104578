package io.ganglion.compiler.source;

import io.ganglion.runtime.model.Pooling;

/**
 * What is taken for granted of an encoder that nothing follows. sentence-transformers loads such a
 * model the same way.
 */
public final class AssumedPooling {
  /** How its rows become one vector. */
  public static final Pooling POOLING = Pooling.MEAN;

  /** Says so to the user. */
  public static final String NOTE =
      "The model gives a row for each token, and no modules.json beside it says how they become one"
          + " vector: they are pooled by their mean.";

  private AssumedPooling() {}
}
