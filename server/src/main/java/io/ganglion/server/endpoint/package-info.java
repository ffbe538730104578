/**
 * The port: sockets, TLS, tokens, files that are read again, limits of connections, and the gRPC
 * server that stands on them. Knows that there are services, and nothing of what their messages
 * mean.
 */
@NullMarked
package io.ganglion.server.endpoint;

import org.jspecify.annotations.NullMarked;
