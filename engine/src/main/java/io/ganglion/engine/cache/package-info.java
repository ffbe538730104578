/** Answers kept for requests that come again. Knows tokens and rows, no queue and no model. */
@NullMarked
package io.ganglion.engine.cache;

import org.jspecify.annotations.NullMarked;
