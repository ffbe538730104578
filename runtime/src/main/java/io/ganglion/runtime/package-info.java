/**
 * What any JVM needs to run a compiled BERT classifier: text -> ids -> batch -> core -> logits.
 * Contains neither gRPC nor TensorFlow.
 */
@NullMarked
package io.ganglion.runtime;

import org.jspecify.annotations.NullMarked;
