/**
 * Writes BERT classifiers as ONNX files with ONNX Runtime's fused operators, as its own transformer
 * optimizer and dynamic quantizer make them. Knows nothing of how they are run.
 */
@NullMarked
package io.ganglion.bench.onnx;

import org.jspecify.annotations.NullMarked;
