/**
 * ONNX files: reads a model into records, within bounds on what it may hold, and refuses what this
 * compiler does not run. Knows the file format and no model.
 */
@NullMarked
package io.ganglion.compiler.onnx;

import org.jspecify.annotations.NullMarked;
