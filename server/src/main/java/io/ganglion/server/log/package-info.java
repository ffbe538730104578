/**
 * The event log for operators: one line for each event, as text or JSON. It never has the text of a
 * request.
 */
@NullMarked
package io.ganglion.server.log;

import org.jspecify.annotations.NullMarked;
