/**
 * The tokenizer in a folder that HuggingFace's tools wrote, for all sources that have such folders:
 * its {@code tokenizer.json}, or one made of the files that older tools write. Knows no models.
 */
@NullMarked
package io.ganglion.compiler.source.tokenizer;

import org.jspecify.annotations.NullMarked;
