package io.ganglion.cli;

/**
 * The value of a flag that no output may show.
 *
 * @param value as it was given
 */
public record Secret(String value) {
  static final String SHOWN = "(secret)";

  /** Does not show the value. */
  @Override
  public String toString() {
    return SHOWN;
  }
}
