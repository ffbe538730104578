/** From a source to an artifact that answers as the source does, or to nothing at all. */
@NullMarked
package io.ganglion.compiler.pipeline;

import org.jspecify.annotations.NullMarked;
