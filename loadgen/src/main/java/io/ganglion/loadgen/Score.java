package io.ganglion.loadgen;

/**
 * A figure of how good the answers of a run are.
 *
 * @param name as it is printed
 * @param key its name in JSON
 * @param of number of what was judged
 */
record Score(String name, String key, double value, long of) {}
