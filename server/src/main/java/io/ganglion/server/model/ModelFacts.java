package io.ganglion.server.model;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.server.batch.BatchLimits;

/**
 * What clients may know of a served model.
 *
 * @param name the artifact's directory name
 * @param digest sha256 of the artifact's manifest, hexadecimal
 * @param version its number where the server has a folder of versions, else empty
 * @param manifest of the artifact
 * @param backend kind of core, for example "cpu"
 * @param cores NeuronCores that run it
 * @param backendReason why this kind was chosen, a clause
 * @param batchInvariant whether a request's logits are the same bits whatever shares its batch
 * @param batch what a batch may hold
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
