package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import java.util.List;

/** No tried precision passed the accuracy gate. The message says why each was refused. */
public final class RefusedException extends CompileException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // exceptions are serializable, but this one is never serialized
  private final List<Trial> trials;

  @SuppressWarnings("serial") // as above
  private final List<String> texts;

  private final String oracle;

  RefusedException(String message, List<Trial> trials, List<String> texts, String oracle) {
    super(message);
    this.oracle = oracle;
    this.trials = List.copyOf(trials);
    this.texts = List.copyOf(texts);
  }

  /** The trials, in order; at least one. */
  public List<Trial> trials() {
    return trials;
  }

  /** Name of the runtime that ran the source. */
  public String oracle() {
    return oracle;
  }

  /** The texts that were compared on, a line each. */
  public List<String> texts() {
    return texts;
  }
}
