/**
 * The wire: generated messages in, {@link io.ganglion.server.batch.PendingRequest} out, and back.
 * The only room that knows gRPC calls and statuses; knows nothing of how batches are made.
 */
@NullMarked
package io.ganglion.server.grpc;

import org.jspecify.annotations.NullMarked;
