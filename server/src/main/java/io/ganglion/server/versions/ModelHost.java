package io.ganglion.server.versions;

import io.ganglion.engine.model.ServedModel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Holds the currently served model. Thread-safe. */
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

  /**
   * Adds a listener. It is called with the current model at once, and with each later model when
   * that serves.
   */
  public void whenServing(Consumer<ServedModel> listener) {
    listeners.add(listener);
    listener.accept(current);
  }

  /**
   * Serves {@code next} from now on, even if this throws what a listener throws. The caller must
   * drain and close the previous model.
   */
  synchronized void swap(ServedModel next) {
    current = next;
    listeners.forEach(listener -> listener.accept(next));
  }
}
