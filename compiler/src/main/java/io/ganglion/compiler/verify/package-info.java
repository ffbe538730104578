/** How a compiled model is compared with its source, and what it must reach to be kept. */
@NullMarked
package io.ganglion.compiler.verify;

import org.jspecify.annotations.NullMarked;
