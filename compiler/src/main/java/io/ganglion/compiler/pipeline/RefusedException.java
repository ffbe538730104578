package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import java.util.List;

/** No tried precision passed the accuracy gate. The message is that of the last one. */
public final class RefusedException extends CompileException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // exceptions are serializable, but this one is never serialized
  private final List<Trial> trials;

  RefusedException(String message, List<Trial> trials) {
    super(message);
    this.trials = List.copyOf(trials);
  }

  /** The trials, in order. */
  public List<Trial> trials() {
    return trials;
  }
}
