/** Describes sources and artifacts, and how two artifacts differ. */
@NullMarked
package io.ganglion.compiler.inspect;

import org.jspecify.annotations.NullMarked;
