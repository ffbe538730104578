/**
 * The HTTP port for monitoring. No answer waits for another client. Knows nothing about metrics or
 * models.
 */
@NullMarked
package io.ganglion.server.http;

import org.jspecify.annotations.NullMarked;
