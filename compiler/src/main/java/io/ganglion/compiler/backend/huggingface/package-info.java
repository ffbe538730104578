/**
 * A model as a folder of {@code transformers} or {@code sentence-transformers}: {@code
 * config.json}, {@code model.safetensors} and the tokenizer's files.
 */
@NullMarked
package io.ganglion.compiler.backend.huggingface;

import org.jspecify.annotations.NullMarked;
