/**
 * What a compiled model is: its sizes, its numbers' types, its head, and the list of tensors that
 * follows from them. Data that validates itself; knows nothing of files, cores or text.
 */
@NullMarked
package io.ganglion.runtime.model;

import org.jspecify.annotations.NullMarked;
