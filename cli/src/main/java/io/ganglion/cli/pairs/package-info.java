/** The one reader of files with labelled texts: tab-separated, with a header, as GLUE has them. */
@NullMarked
package io.ganglion.cli.pairs;

import org.jspecify.annotations.NullMarked;
