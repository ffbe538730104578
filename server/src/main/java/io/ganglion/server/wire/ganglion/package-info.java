/**
 * The protocol {@code ganglion.v1}: a pair or a stream of pairs in, labels, probabilities and
 * timings out.
 */
@NullMarked
package io.ganglion.server.wire.ganglion;

import org.jspecify.annotations.NullMarked;
