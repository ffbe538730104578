/** What is measured: pairs of texts, their tokens, and how they are cut into batches. */
@NullMarked
package io.ganglion.bench.workload;

import org.jspecify.annotations.NullMarked;
