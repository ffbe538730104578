/** The server's command, configuration and wiring; everything starts and stops here. */
@NullMarked
package io.ganglion.server;

import org.jspecify.annotations.NullMarked;
