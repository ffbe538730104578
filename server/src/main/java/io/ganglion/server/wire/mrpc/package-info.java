/** The protocol {@code mrpc}, as AWS's demo clients speak it: yes or no to one pair. */
@NullMarked
package io.ganglion.server.wire.mrpc;

import org.jspecify.annotations.NullMarked;
