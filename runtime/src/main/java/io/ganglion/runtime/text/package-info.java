/**
 * Text to token ids. A {@link io.ganglion.runtime.text.TokenizerSpec} says what a tokenizer does
 * and gives the {@link io.ganglion.runtime.text.Tokenizer} that does it. Knows nothing about
 * models.
 */
@NullMarked
package io.ganglion.runtime.text;

import org.jspecify.annotations.NullMarked;
