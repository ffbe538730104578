/**
 * The way back: a model out of an artifact, in a form that other tools load. What was written is
 * read again and held to the artifact's golden answers before it is kept.
 */
@NullMarked
package io.ganglion.compiler.export;

import org.jspecify.annotations.NullMarked;
