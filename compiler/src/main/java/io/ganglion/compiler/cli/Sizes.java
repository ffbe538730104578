package io.ganglion.compiler.cli;

import io.ganglion.compiler.SettingException;

/** Sizes of a BERT model that follow from others. */
public final class Sizes {
  private Sizes() {}

  /** Four times the hidden size. */
  public static int intermediate(int hidden) {
    if (hidden > Integer.MAX_VALUE / 4) {
      throw new SettingException("--hidden " + hidden + " is beyond what a model can have.");
    }
    return 4 * hidden;
  }
}
