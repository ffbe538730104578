/**
 * Ganglion's models in Spark: {@link io.ganglion.spark.GanglionTransformer} for pipelines, {@link
 * io.ganglion.spark.Ganglion} for data sets and RDDs.
 */
@NullMarked
package io.ganglion.spark;

import org.jspecify.annotations.NullMarked;
