/**
 * What all rooms of the compiler share: how work fails, tells how far it is, and leaves a folder.
 */
@NullMarked
package io.ganglion.compiler;

import org.jspecify.annotations.NullMarked;
