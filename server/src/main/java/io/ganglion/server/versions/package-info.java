/** The choice of the serving version, and the swap to a newer one. Knows nothing about gRPC. */
@NullMarked
package io.ganglion.server.versions;

import org.jspecify.annotations.NullMarked;
