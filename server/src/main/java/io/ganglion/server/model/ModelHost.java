package io.ganglion.server.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Holds the model that is served now. Thread-safe. */
public final class ModelHost implements Supplier<ServedModel> {
  private volatile ServedModel current;
  private final List<Consumer<ServedModel>> listeners = new CopyOnWriteArrayList<>();

  public ModelHost(ServedModel first) {
    this.current = first;
  }

  @Override
  public ServedModel get() {
    return current;
  }

  /** Called with the first model at once, and with each that comes after, once it serves. */
  public void whenServing(Consumer<ServedModel> listener) {
    listeners.add(listener);
    listener.accept(current);
  }

  /** Serves {@code next} from now on, and returns the one before: to be drained and closed. */
  synchronized ServedModel swap(ServedModel next) {
    ServedModel old = current;
    current = next;
    listeners.forEach(listener -> listener.accept(next));
    return old;
  }
}
