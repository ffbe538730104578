package io.ganglion.spark;

import io.ganglion.api.TextModel;

/**
 * A model that a task has opened.
 *
 * @param model what it asks
 * @param release gives it back; called once, when nothing is in flight
 */
record OpenModel(TextModel model, Runnable release) {}
