/** Shows what a model is: of SavedModels and of artifacts, as text or JSON; and how two differ. */
@NullMarked
package io.ganglion.compiler.inspect;

import org.jspecify.annotations.NullMarked;
