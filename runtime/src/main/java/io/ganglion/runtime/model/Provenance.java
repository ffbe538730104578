package io.ganglion.runtime.model;

import java.util.List;
import java.util.Optional;

/**
 * Where an artifact came from. No times, so that the same input and flags give the same bytes.
 *
 * @param sourceDigest sha256 of the source model's files, hexadecimal
 * @param compilerVersion of the compiler that wrote it
 * @param flags that shaped the result, in a fixed order
 * @param verified what it was compared with its source on
 */
public record Provenance(
    String sourceDigest, String compilerVersion, List<String> flags, Verified verified) {
  public Provenance {
    flags = List.copyOf(flags);
  }

  /** The value of a setting that was given as {@code key=value}. */
  public Optional<String> setting(String key) {
    String start = key + "=";
    return flags.stream()
        .filter(flag -> flag.startsWith(start))
        .map(flag -> flag.substring(start.length()))
        .findFirst();
  }
}
