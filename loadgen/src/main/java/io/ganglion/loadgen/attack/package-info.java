/**
 * What a hostile client does to a server: floods, bytes by the drop, connections without a word.
 * Knows neither loops nor reports.
 */
@NullMarked
package io.ganglion.loadgen.attack;

import org.jspecify.annotations.NullMarked;
