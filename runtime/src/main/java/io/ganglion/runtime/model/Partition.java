package io.ganglion.runtime.model;

import java.util.List;

/**
 * Which parts of the model run where, by readable names ("embeddings", "encoder.0" ...).
 *
 * @param host parts that run in the serving process
 * @param core parts that run on the NeuronCore
 */
public record Partition(List<String> host, List<String> core) {
  public Partition {
    host = List.copyOf(host);
    core = List.copyOf(core);
  }
}
