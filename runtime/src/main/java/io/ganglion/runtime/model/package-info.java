/**
 * What a compiled model is: its sizes, number types and head, and the list of tensors that follows
 * from them. Data that validates itself. Knows nothing about files, cores or text.
 */
@NullMarked
package io.ganglion.runtime.model;

import org.jspecify.annotations.NullMarked;
