package io.ganglion.runtime.model;

/**
 * The texts on which a compiled model was compared with its source before it was kept.
 *
 * @param texts name of their file, or {@link #BUILT_IN}
 * @param sha256 of that file, hexadecimal; empty for the built-in pairs
 * @param inputs number of texts or pairs
 */
public record Verified(String texts, String sha256, int inputs) {
  /** Pairs that the compiler brings. They may be nothing like what the model was trained for. */
  public static final String BUILT_IN = "built-in pairs";

  public Verified {
    if (inputs < 1) {
      throw new IllegalArgumentException("Nothing was compared: " + inputs + " inputs.");
    }
  }

  public static Verified onBuiltInPairs(int inputs) {
    return new Verified(BUILT_IN, "", inputs);
  }

  /** Whether nobody gave texts of the model's own kind. */
  public boolean builtIn() {
    return texts.equals(BUILT_IN);
  }
}
