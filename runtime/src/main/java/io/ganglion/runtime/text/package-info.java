/** Text to token ids: vocabulary, WordPiece, pair encoding. Knows nothing about models. */
@NullMarked
package io.ganglion.runtime.text;

import org.jspecify.annotations.NullMarked;
