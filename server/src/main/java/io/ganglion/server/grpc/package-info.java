/**
 * What protocols share: turns calls into {@link io.ganglion.engine.batch.PendingRequest}s, and
 * outcomes into statuses. Knows gRPC's calls and statuses, but nothing about ports, generated
 * messages or how batches are made.
 */
@NullMarked
package io.ganglion.server.grpc;

import org.jspecify.annotations.NullMarked;
