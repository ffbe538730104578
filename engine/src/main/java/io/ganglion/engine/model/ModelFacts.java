package io.ganglion.engine.model;

import io.ganglion.engine.batch.BatchLimits;
import io.ganglion.runtime.model.ModelManifest;

/**
 * What clients may know about a served model.
 *
 * @param name given when it was compiled, or else that of its directory or of all its versions
 * @param digest sha256 of the artifact's manifest, hexadecimal
 * @param version its number if the server has a folder of versions, otherwise empty
 * @param manifest manifest of the artifact
 * @param backend kind of core, such as "cpu"
 * @param cores number of NeuronCores that run it
 * @param backendReason reason for choosing this kind, a clause
 * @param batchInvariant whether a request's logits do not depend on its batch, to the bit
 * @param batch limits of a batch
 */
public record ModelFacts(
    String name,
    String digest,
    String version,
    ModelManifest manifest,
    String backend,
    int cores,
    String backendReason,
    boolean batchInvariant,
    BatchLimits batch) {}
