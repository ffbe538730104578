/**
 * The CPU NeuronCore: a packed BERT encoder on oneDNN. Native pointers and oneDNN types do not
 * leave this package, and it contains no batching policy.
 */
@NullMarked
package io.ganglion.core.cpu;

import org.jspecify.annotations.NullMarked;
