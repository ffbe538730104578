/** The protocol {@code mrpc} of AWS's bert_demo: yes or no for one pair. */
@NullMarked
package io.ganglion.server.wire.mrpc;

import org.jspecify.annotations.NullMarked;
