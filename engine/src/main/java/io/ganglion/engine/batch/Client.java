package io.ganglion.engine.batch;

/**
 * The owner of requests: one connection. Compared by identity. The queue serves addresses in turn,
 * and the clients of an address in turn, so that opening many connections gains nothing. Immutable,
 * thread-safe.
 */
public final class Client {
  private final Object address;

  /**
   * @param address its address; clients with equal addresses share the turns of that address
   */
  public Client(Object address) {
    this.address = address;
  }

  Object address() {
    return address;
  }
}
