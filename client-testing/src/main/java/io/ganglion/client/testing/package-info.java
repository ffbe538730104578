/**
 * A Ganglion server in memory for the tests of code that calls one: the real client, a scripted
 * server, no socket and no native code.
 */
@NullMarked
package io.ganglion.client.testing;

import org.jspecify.annotations.NullMarked;
