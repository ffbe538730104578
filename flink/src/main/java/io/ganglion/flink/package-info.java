/**
 * Ganglion models in Apache Flink: a model provider for SQL, and an asynchronous function for
 * DataStream jobs.
 */
@NullMarked
package io.ganglion.flink;

import org.jspecify.annotations.NullMarked;
