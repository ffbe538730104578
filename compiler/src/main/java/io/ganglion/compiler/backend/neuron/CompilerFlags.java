package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import java.util.ArrayList;
import java.util.List;

/** Splits {@code NEURON_CC_FLAGS} as a shell would, without expanding anything. */
public final class CompilerFlags {
  /**
   * A flag for the vendor's TensorFlow integration, not for the compiler. It asks to fail if
   * compiling fails, which we always do.
   */
  private static final String MUST_COMPILE = "--must-compile";

  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private CompilerFlags(String text) {
    this.text = text;
  }

  /** The flags for the compiler. */
  public static List<String> parse(String text) throws CompileException {
    List<String> flags = new ArrayList<>(new CompilerFlags(text).split());
    flags.removeIf(MUST_COMPILE::equals);
    return flags;
  }

  private List<String> split() throws CompileException {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (Character.isWhitespace(c)) {
        endWord();
      } else if (c == '\'' || c == '"') {
        quoted(c);
      } else {
        take(c == '\\' ? escaped() : c);
      }
    }
    endWord();
    return words;
  }

  private void quoted(char quote) throws CompileException {
    inWord = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        return;
      }
      boolean escape = c == '\\' && quote == '"' && at < text.length();
      take(escape && "\\\"".indexOf(text.charAt(at)) >= 0 ? escaped() : c);
    }
    throw new CompileException(
        "NEURON_CC_FLAGS has a quote " + quote + " without its end: " + text);
  }

  private char escaped() throws CompileException {
    if (at == text.length()) {
      throw new CompileException("NEURON_CC_FLAGS ends with a backslash: " + text);
    }
    return text.charAt(at++);
  }

  private void take(char c) {
    inWord = true;
    word.append(c);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
