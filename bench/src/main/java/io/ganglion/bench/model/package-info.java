/** Makes the models under measurement from one source: artifacts and ONNX files. */
@NullMarked
package io.ganglion.bench.model;

import org.jspecify.annotations.NullMarked;
