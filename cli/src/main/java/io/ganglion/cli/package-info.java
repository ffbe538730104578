/**
 * What the programs share: one form of errors, help and exit codes, and one spelling of durations
 * and ports. Knows no domain.
 */
@NullMarked
package io.ganglion.cli;

import org.jspecify.annotations.NullMarked;
