package io.ganglion.server.model;

import java.util.function.Supplier;

/** Holds the model that is served now. Thread-safe. */
public final class ModelHost implements Supplier<ServedModel> {
  private volatile ServedModel current;

  public ModelHost(ServedModel first) {
    this.current = first;
  }

  @Override
  public ServedModel get() {
    return current;
  }
}
