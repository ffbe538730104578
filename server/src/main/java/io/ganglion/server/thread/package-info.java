/** How long-lived threads are run, so that none of them ends unseen. Knows nobody. */
@NullMarked
package io.ganglion.server.thread;

import org.jspecify.annotations.NullMarked;
