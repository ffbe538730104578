/**
 * The model that is served: artifact, tokenizer and engine as one thing, and the choice among
 * versions. Knows nothing of gRPC.
 */
@NullMarked
package io.ganglion.server.model;

import org.jspecify.annotations.NullMarked;
