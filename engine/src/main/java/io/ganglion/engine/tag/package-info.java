/** From the labels of tokens to entities of a text. Knows no model and no queue. */
@NullMarked
package io.ganglion.engine.tag;

import org.jspecify.annotations.NullMarked;
