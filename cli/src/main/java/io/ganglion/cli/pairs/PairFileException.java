package io.ganglion.cli.pairs;

import java.io.IOException;

/** Thrown when a file of texts cannot be used. The message is a sentence for the user. */
public final class PairFileException extends IOException {
  private static final long serialVersionUID = 1L;

  PairFileException(String message) {
    super(message);
  }

  PairFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
