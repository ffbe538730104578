package io.ganglion.runtime.core;

/**
 * Whether a kind of core can run an artifact on this machine.
 *
 * @param usable whether it can, as far as a quick check tells
 * @param reason why or why not, a clause that can follow "because"
 */
public record Probe(boolean usable, String reason) {
  public static Probe usable(String reason) {
    return new Probe(true, reason);
  }

  public static Probe unusable(String reason) {
    return new Probe(false, reason);
  }
}
