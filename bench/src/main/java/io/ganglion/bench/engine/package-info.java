/** The systems under measurement, each behind {@link io.ganglion.bench.engine.Engine}. */
@NullMarked
package io.ganglion.bench.engine;

import org.jspecify.annotations.NullMarked;
