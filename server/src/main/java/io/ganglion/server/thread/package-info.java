/** Makes the threads of the network so that none of them ends unnoticed. */
@NullMarked
package io.ganglion.server.thread;

import org.jspecify.annotations.NullMarked;
