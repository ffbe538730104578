/** Measures where a CPU core's time goes, from oneDNN's log of its calls. */
@NullMarked
package io.ganglion.bench.profile;

import org.jspecify.annotations.NullMarked;
