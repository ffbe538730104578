/** Models of Spring AI that ask a Ganglion model, remote or in process. */
@NullMarked
package io.ganglion.springai;

import org.jspecify.annotations.NullMarked;
