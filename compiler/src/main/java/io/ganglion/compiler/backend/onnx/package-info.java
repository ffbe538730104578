/** A model as an ONNX file with plain operators, which any runtime of ONNX loads. */
@NullMarked
package io.ganglion.compiler.backend.onnx;

import org.jspecify.annotations.NullMarked;
