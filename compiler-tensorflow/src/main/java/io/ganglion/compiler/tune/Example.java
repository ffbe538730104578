package io.ganglion.compiler.tune;

import io.ganglion.runtime.text.TokenSequence;

/** An encoded pair with the index of its label. */
record Example(TokenSequence tokens, int label) {
  int length() {
    return tokens.length();
  }
}
