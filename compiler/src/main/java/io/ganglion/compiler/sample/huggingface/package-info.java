/** Sample models as HuggingFace folders. */
@NullMarked
package io.ganglion.compiler.sample.huggingface;

import org.jspecify.annotations.NullMarked;
