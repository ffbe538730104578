package io.ganglion.server.batch;

/**
 * Whose a request is, by identity: one connection. The queue serves clients in turns, first between
 * addresses and then between the clients of an address, so that opening many connections gains
 * nothing. Immutable, thread-safe.
 */
public final class Client {
  private final Object address;

  /**
   * @param address where it comes from; clients of equal addresses share what an address is due
   */
  public Client(Object address) {
    this.address = address;
  }

  Object address() {
    return address;
  }
}
