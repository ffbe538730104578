package io.ganglion.engine.cache;

import io.ganglion.runtime.text.TokenSequence;
import java.util.Arrays;

/**
 * What decides a model's answer to a request: its token ids and segment ids. Equal keys have equal
 * answers of one model. Immutable, thread-safe.
 */
public final class TokenKey {
  private final TokenSequence tokens;
  private final int hash;

  public TokenKey(TokenSequence tokens) {
    this.tokens = tokens;
    hash = 31 * Arrays.hashCode(tokens.inputIds()) + Arrays.hashCode(tokens.segmentIds());
  }

  int length() {
    return tokens.length();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenKey key
        && hash == key.hash
        && Arrays.equals(tokens.inputIds(), key.tokens.inputIds())
        && Arrays.equals(tokens.segmentIds(), key.tokens.segmentIds());
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
