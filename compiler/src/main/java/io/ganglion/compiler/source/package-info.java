/**
 * The seam between what people hold and the compiler: a {@link
 * io.ganglion.compiler.source.SourceFormat} knows one kind of file and gives a {@link
 * io.ganglion.compiler.source.Source}. Each format has a package of its own below this one and one
 * line in {@code META-INF/services}; nothing else knows it.
 */
@NullMarked
package io.ganglion.compiler.source;

import org.jspecify.annotations.NullMarked;
