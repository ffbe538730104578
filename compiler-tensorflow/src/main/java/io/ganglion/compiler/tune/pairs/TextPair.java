package io.ganglion.compiler.tune.pairs;

/**
 * Two sentences and whether they say the same.
 *
 * @param label 1 for a paraphrase, 0 otherwise
 */
public record TextPair(String textA, String textB, int label) {}
