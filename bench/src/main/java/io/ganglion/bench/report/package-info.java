/** What was measured, as a table and as JSON. */
@NullMarked
package io.ganglion.bench.report;

import org.jspecify.annotations.NullMarked;
