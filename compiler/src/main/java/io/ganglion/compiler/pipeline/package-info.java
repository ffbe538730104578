/**
 * Compiles a source into an artifact that answers like the source. Otherwise leaves nothing behind.
 */
@NullMarked
package io.ganglion.compiler.pipeline;

import org.jspecify.annotations.NullMarked;
