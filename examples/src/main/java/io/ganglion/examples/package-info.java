/** Small programs that use the client SDK. Each stands alone. */
@NullMarked
package io.ganglion.examples;

import org.jspecify.annotations.NullMarked;
