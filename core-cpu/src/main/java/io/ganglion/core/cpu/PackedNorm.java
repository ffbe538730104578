package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_memory;

/**
 * A layer norm's weights, shared by all cores.
 *
 * @param gamma scale of each column
 * @param beta shift of each column
 */
record PackedNorm(dnnl_memory gamma, dnnl_memory beta) {}
