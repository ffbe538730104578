/**
 * Runs long-lived threads so that none of them ends unnoticed. Depends on no other package of the
 * server.
 */
@NullMarked
package io.ganglion.server.thread;

import org.jspecify.annotations.NullMarked;
