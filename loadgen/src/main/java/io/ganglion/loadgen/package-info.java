/**
 * The load generator: drives servers in a closed or an open loop and reports latency, throughput
 * and accuracy. {@link io.ganglion.loadgen.LoadgenMain} is its entry point. The loops know servers
 * only as {@link io.ganglion.loadgen.Requests}.
 */
@NullMarked
package io.ganglion.loadgen;

import org.jspecify.annotations.NullMarked;
