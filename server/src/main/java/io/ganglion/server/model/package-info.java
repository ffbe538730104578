/**
 * The served model: artifact, tokenizer and engine together, and the choice of versions. Knows
 * nothing about gRPC.
 */
@NullMarked
package io.ganglion.server.model;

import org.jspecify.annotations.NullMarked;
