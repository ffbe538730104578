/**
 * Runs ONNX graphs node by node in double precision: slower than any runtime and closer to what the
 * model's author wrote down. Knows operators and no model.
 */
@NullMarked
package io.ganglion.compiler.onnx.run;

import org.jspecify.annotations.NullMarked;
