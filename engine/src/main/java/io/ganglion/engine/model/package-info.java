/** The served model: artifact, tokenizer and cores together. Knows nothing about gRPC. */
@NullMarked
package io.ganglion.engine.model;

import org.jspecify.annotations.NullMarked;
