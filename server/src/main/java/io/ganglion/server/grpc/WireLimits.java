package io.ganglion.server.grpc;

/**
 * Limits of one client.
 *
 * @param itemBytes most bytes of UTF-8 in the texts of one request or item
 * @param streamInFlight most items in flight on one stream
 * @param connectionInFlight most requests in flight on one connection, including its streams
 * @param queueRequests most requests that wait for a core, as reported to clients
 */
public record WireLimits(
    int itemBytes, int streamInFlight, int connectionInFlight, int queueRequests) {
  public WireLimits {
    if (itemBytes < 1 || streamInFlight < 1 || connectionInFlight < 1 || queueRequests < 1) {
      throw new IllegalArgumentException("The limits of the wire must be at least 1.");
    }
  }
}
