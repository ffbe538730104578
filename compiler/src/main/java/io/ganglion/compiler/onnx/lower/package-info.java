/**
 * Says an ONNX graph in the operators of {@link io.ganglion.compiler.graph}, so that the matchers
 * for SavedModels find BERT in it: operators are renamed, fused ones are spelled out, and what only
 * follows from shapes becomes a constant.
 */
@NullMarked
package io.ganglion.compiler.onnx.lower;

import org.jspecify.annotations.NullMarked;
