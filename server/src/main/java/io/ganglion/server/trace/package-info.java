/**
 * OpenTelemetry traces, if an endpoint for them is given. Only this package knows OpenTelemetry,
 * and without an endpoint none of its classes are loaded.
 */
@NullMarked
package io.ganglion.server.trace;

import org.jspecify.annotations.NullMarked;
