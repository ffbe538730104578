package io.ganglion.runtime.core;

/**
 * Describes a core.
 *
 * @param kind the name of its {@link CoreProvider}, such as "cpu"
 * @param index its number among the process's cores, from 0
 * @param maxBatchSize most requests in one batch
 * @param maxSequenceLength most tokens in one request
 * @param width columns of its {@link Outputs}
 * @param precision of its matrix multiplications, as the wire spells it: "fp32", "bf16", "int8", or
 *     "fp16" where a NEFF computes in it
 */
public record CoreInfo(
    String kind, int index, int maxBatchSize, int maxSequenceLength, int width, String precision) {}
