/** The compiler's commands: their flags, their progress and their reports. */
@NullMarked
package io.ganglion.compiler.cli;

import org.jspecify.annotations.NullMarked;
