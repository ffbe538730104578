package io.ganglion.runtime.model;

import java.util.List;

/**
 * What of the model runs where, as names a reader understands ("embeddings", "encoder.0" ...).
 *
 * @param host runs in the serving process
 * @param core runs on the NeuronCore
 */
public record Partition(List<String> host, List<String> core) {
  public Partition {
    host = List.copyOf(host);
    core = List.copyOf(core);
  }
}
