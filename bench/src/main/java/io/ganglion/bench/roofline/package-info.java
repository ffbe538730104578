/**
 * What oneDNN needs for the encoder's matrix multiplications alone: the bound of any core that
 * stands on it.
 */
@NullMarked
package io.ganglion.bench.roofline;

import org.jspecify.annotations.NullMarked;
