/**
 * Shared by all packages of the compiler: exceptions for failed work and wrong settings, progress
 * reports, and a folder that appears whole or not at all. Knows none of the other packages.
 */
@NullMarked
package io.ganglion.compiler;

import org.jspecify.annotations.NullMarked;
