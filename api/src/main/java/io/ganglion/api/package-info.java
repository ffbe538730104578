/** What a model is asked and what it answers, the same over a network as in process. */
@NullMarked
package io.ganglion.api;

import org.jspecify.annotations.NullMarked;
