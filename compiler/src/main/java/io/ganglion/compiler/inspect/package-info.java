/** Describes sources and artifacts, and how two of them differ. */
@NullMarked
package io.ganglion.compiler.inspect;

import org.jspecify.annotations.NullMarked;
