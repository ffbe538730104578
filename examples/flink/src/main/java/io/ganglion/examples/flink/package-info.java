/** A Flink SQL program with a model in process, to start from. */
@NullMarked
package io.ganglion.examples.flink;

import org.jspecify.annotations.NullMarked;
