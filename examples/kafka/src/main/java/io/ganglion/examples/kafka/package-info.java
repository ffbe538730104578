/** A Kafka Streams program with a model in process, to start from. */
@NullMarked
package io.ganglion.examples.kafka;

import org.jspecify.annotations.NullMarked;
