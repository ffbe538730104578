/**
 * OpenTelemetry traces, where an endpoint for them is given: the only room that knows
 * OpenTelemetry. Nothing of it is loaded otherwise.
 */
@NullMarked
package io.ganglion.server.trace;

import org.jspecify.annotations.NullMarked;
