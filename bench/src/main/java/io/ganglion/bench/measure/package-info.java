/** Takes turns: calibrates each system, then measures all of them round by round. */
@NullMarked
package io.ganglion.bench.measure;

import org.jspecify.annotations.NullMarked;
