/**
 * The asynchronous client of a Ganglion server.
 *
 * <p>Start at {@link io.ganglion.client.GanglionClient}. Every answer is a {@code
 * CompletableFuture} that completes exactly once, with a {@link io.ganglion.api.Classification},
 * with a {@link io.ganglion.api.GanglionException}, or by cancellation.
 */
@NullMarked
package io.ganglion.client;

import org.jspecify.annotations.NullMarked;
