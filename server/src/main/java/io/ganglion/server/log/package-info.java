/** What operators read: one line for each event, as text or JSON. Never the text of a request. */
@NullMarked
package io.ganglion.server.log;

import org.jspecify.annotations.NullMarked;
