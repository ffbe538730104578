/** The server's command, configuration and wiring. Everything starts and stops here. */
@NullMarked
package io.ganglion.server;

import org.jspecify.annotations.NullMarked;
