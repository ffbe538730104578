/**
 * The HTTP port for those who watch the server: what it answers never waits for a client. Knows no
 * metric and no model.
 */
@NullMarked
package io.ganglion.server.http;

import org.jspecify.annotations.NullMarked;
