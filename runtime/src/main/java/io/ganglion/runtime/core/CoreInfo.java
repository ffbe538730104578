package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Precision;

/**
 * What a core is.
 *
 * @param kind "cpu" or "nrt"
 * @param index which of the process's cores, from 0
 * @param maxBatchSize most requests in one batch
 * @param maxSequenceLength most tokens in one request
 * @param labels columns of its logits
 * @param precision of its matrix multiplications
 */
public record CoreInfo(
    String kind,
    int index,
    int maxBatchSize,
    int maxSequenceLength,
    int labels,
    Precision precision) {}
