/**
 * The seam between model files and the compiler: a {@link io.ganglion.compiler.source.SourceFormat}
 * knows one kind of file and gives a {@link io.ganglion.compiler.source.Source}. Each format has
 * its own package below this one and one line in {@code META-INF/services}. Nothing else knows it.
 */
@NullMarked
package io.ganglion.compiler.source;

import org.jspecify.annotations.NullMarked;
