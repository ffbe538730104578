package io.ganglion.engine.model;

import java.util.Locale;

/**
 * The kind of core to serve on.
 *
 * @param kind name of a provider of cores, or that of {@link #AUTO}
 */
public record BackendChoice(String kind) {
  private static final String AUTOMATIC = "auto";

  /** The most preferred kind that can run the artifact on this machine. */
  public static final BackendChoice AUTO = new BackendChoice(AUTOMATIC);

  public BackendChoice {
    kind = kind.toLowerCase(Locale.ROOT);
  }

  boolean automatic() {
    return kind.equals(AUTOMATIC);
  }

  @Override
  public String toString() {
    return kind;
  }
}
