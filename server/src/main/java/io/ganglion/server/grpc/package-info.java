/**
 * The meaning of messages: generated messages in, {@link io.ganglion.server.batch.PendingRequest}
 * out, and back. Knows gRPC's calls and statuses, nothing of ports and nothing of how batches are
 * made.
 */
@NullMarked
package io.ganglion.server.grpc;

import org.jspecify.annotations.NullMarked;
