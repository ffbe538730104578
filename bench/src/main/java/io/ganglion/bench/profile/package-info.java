/** Where a CPU core's time goes, by oneDNN's own account of its calls. */
@NullMarked
package io.ganglion.bench.profile;

import org.jspecify.annotations.NullMarked;
