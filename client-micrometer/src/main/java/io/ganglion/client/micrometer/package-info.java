/** Micrometer meters of a Ganglion client. */
@NullMarked
package io.ganglion.client.micrometer;

import org.jspecify.annotations.NullMarked;
