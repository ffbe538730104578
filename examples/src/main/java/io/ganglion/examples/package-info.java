/** Small programs that use the client SDK; each one is a whole. */
@NullMarked
package io.ganglion.examples;

import org.jspecify.annotations.NullMarked;
