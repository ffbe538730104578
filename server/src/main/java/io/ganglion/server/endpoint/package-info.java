/**
 * The gRPC port: sockets, TLS, tokens, reloaded files, limits of connections, and the gRPC server
 * on top of them. Knows services, but nothing about the meaning of their messages.
 */
@NullMarked
package io.ganglion.server.endpoint;

import org.jspecify.annotations.NullMarked;
