/**
 * The CPU NeuronCore: a packed BERT encoder on oneDNN. Native pointers and oneDNN types never leave
 * this package; batching policy never enters it.
 */
@NullMarked
package io.ganglion.core.cpu;

import org.jspecify.annotations.NullMarked;
