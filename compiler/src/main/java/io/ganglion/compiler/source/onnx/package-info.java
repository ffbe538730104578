/** The kind of source that an ONNX file is, with its graph as its own oracle. */
@NullMarked
package io.ganglion.compiler.source.onnx;

import org.jspecify.annotations.NullMarked;
