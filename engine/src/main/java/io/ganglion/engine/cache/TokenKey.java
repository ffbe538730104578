package io.ganglion.engine.cache;

import io.ganglion.runtime.text.TokenSequence;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What decides a model's answer to a request: its token ids and segment ids. Equal keys have equal
 * answers of one model. Immutable, thread-safe.
 */
public final class TokenKey {
  /** Of this process alone, so that nobody can write texts that share a hash. */
  private static final int FACTOR = ThreadLocalRandom.current().nextInt() | 1;

  private final TokenSequence tokens;
  private final int hash;

  public TokenKey(TokenSequence tokens) {
    this.tokens = tokens;
    hash = hash(tokens.segmentIds(), hash(tokens.inputIds(), tokens.length()));
  }

  private static int hash(int[] numbers, int start) {
    int hash = start;
    for (int number : numbers) {
      hash = (hash ^ number) * FACTOR;
      hash ^= hash >>> 15;
    }
    return hash;
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
