/**
 * What any JVM needs to run a compiled BERT classifier: text -> ids -> batch -> core -> logits.
 * Knows neither gRPC nor TensorFlow.
 */
@NullMarked
package io.ganglion.runtime;

import org.jspecify.annotations.NullMarked;
