/**
 * Makes BERT classifiers with seeded random weights, in the forms that the packages below this one
 * write. They serve to try Ganglion without a model and to test it with any shape.
 */
@NullMarked
package io.ganglion.compiler.sample;

import org.jspecify.annotations.NullMarked;
