/**
 * A model in process: {@link io.ganglion.engine.Engine} is what programs use. The packages below
 * are shared with the server, and may change with any version.
 */
@NullMarked
package io.ganglion.engine;

import org.jspecify.annotations.NullMarked;
