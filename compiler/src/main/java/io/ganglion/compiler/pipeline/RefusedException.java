package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import java.util.List;

/** No precision that was tried passed the accuracy gate; the message is of the last one. */
public final class RefusedException extends CompileException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised; exceptions only could be
  private final List<Trial> trials;

  RefusedException(String message, List<Trial> trials) {
    super(message);
    this.trials = List.copyOf(trials);
  }

  /** What was tried, in order. */
  public List<Trial> trials() {
    return trials;
  }
}
