/**
 * Folders that {@code transformers} and {@code sentence-transformers} save, as sources: {@code
 * config.json} is read strictly, weights come from safetensors, and a forward pass of its own in
 * double precision is the oracle.
 */
@NullMarked
package io.ganglion.compiler.source.huggingface;

import org.jspecify.annotations.NullMarked;
