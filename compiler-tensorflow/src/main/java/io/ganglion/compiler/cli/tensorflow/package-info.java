/**
 * The commands that need TensorFlow, or that serve only those. They are found by {@code
 * ServiceLoader}.
 */
@NullMarked
package io.ganglion.compiler.cli.tensorflow;

import org.jspecify.annotations.NullMarked;
