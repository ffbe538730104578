/**
 * Every metric of the server, named once with its unit, and the HTTP port that shows them. Listens
 * to batching and to the wire; neither knows of it.
 */
@NullMarked
package io.ganglion.server.metrics;

import org.jspecify.annotations.NullMarked;
