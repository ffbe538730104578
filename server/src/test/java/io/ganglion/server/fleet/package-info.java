/**
 * Five servers on one machine, each in a network namespace of its own, behind names as a cluster
 * has them; tests alone. Needs Linux, root and the {@code ip} command.
 */
@NullMarked
package io.ganglion.server.fleet;

import org.jspecify.annotations.NullMarked;
