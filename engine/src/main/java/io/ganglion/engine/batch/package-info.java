/**
 * Batching: queue, policy, admission and the threads that own the cores. Time is passed in through
 * {@link io.ganglion.engine.batch.NanoClock}. Knows nothing about gRPC, metric names or files.
 */
@NullMarked
package io.ganglion.engine.batch;

import org.jspecify.annotations.NullMarked;
