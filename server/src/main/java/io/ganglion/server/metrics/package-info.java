/**
 * All metrics of the server, each named once with its unit, and the HTTP port that shows them. It
 * listens to batching and protocols, which do not know it.
 */
@NullMarked
package io.ganglion.server.metrics;

import org.jspecify.annotations.NullMarked;
