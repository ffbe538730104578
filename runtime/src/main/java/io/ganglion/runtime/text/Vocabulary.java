package io.ganglion.runtime.text;

import java.nio.file.Path;
import java.util.List;

/** WordPieces by id. Immutable, thread-safe. */
public final class Vocabulary {
  /** Reads one piece a line; the line number is the id. Must hold [UNK], [CLS] and [SEP]. */
  public static Vocabulary read(Path file) throws VocabularyException {
    throw new UnsupportedOperationException();
  }

  /** A vocabulary of these pieces, the index being the id. */
  public static Vocabulary of(List<String> pieces) throws VocabularyException {
    throw new UnsupportedOperationException();
  }

  public int size() {
    throw new UnsupportedOperationException();
  }
}
