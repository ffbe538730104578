/**
 * Runs long-lived threads so that none of them ends unnoticed. Depends on no other package of the
 * engine.
 */
@NullMarked
package io.ganglion.engine.thread;

import org.jspecify.annotations.NullMarked;
