/**
 * What every room of the compiler shares: how work fails, what a setting may be, how work tells how
 * far it is, and a folder that appears whole or not at all. Knows no other room.
 */
@NullMarked
package io.ganglion.compiler;

import org.jspecify.annotations.NullMarked;
