/**
 * What the programs share: one form of errors, help and exit codes, one order of flags, environment
 * and files, and one spelling of durations and ports. Knows nothing about models, servers or load.
 */
@NullMarked
package io.ganglion.cli;

import org.jspecify.annotations.NullMarked;
