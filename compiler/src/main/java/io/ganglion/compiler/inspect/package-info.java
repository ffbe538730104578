/** Tells what a source or an artifact is, and how two artifacts differ. */
@NullMarked
package io.ganglion.compiler.inspect;

import org.jspecify.annotations.NullMarked;
