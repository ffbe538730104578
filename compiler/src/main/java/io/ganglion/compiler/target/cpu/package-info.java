/** Writes a BERT model as an artifact for the CPU core. */
@NullMarked
package io.ganglion.compiler.target.cpu;

import org.jspecify.annotations.NullMarked;
