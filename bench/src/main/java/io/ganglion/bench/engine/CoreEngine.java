package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import java.nio.file.Path;

/**
 * Ganglion's CPU core in this process: a core for each worker, with one thread. Workers give
 * logits.
 */
public final class CoreEngine implements Engine {
  private static final int MAX_BATCH_SIZE = 64;

  private final CpuCoreFactory factory;
  private final int cores;

  public CoreEngine(Path directory, int cores) throws EngineException {
    this.cores = cores;
    try (Artifact artifact = Artifact.open(directory)) {
      factory = CpuCoreFactory.load(artifact, new CpuOptions(1, MAX_BATCH_SIZE));
    } catch (ArtifactException | CoreFault e) {
      throw new EngineException("Ganglion cannot load " + directory, e);
    }
  }

  @Override
  public int workers() {
    return cores;
  }

  @Override
  public Worker open(int index) throws EngineException {
    NeuronCore core;
    try {
      core = factory.open(index);
    } catch (CoreFault e) {
      throw new EngineException("Ganglion cannot open core " + index, e);
    }
    return new Worker() {
      @Override
      public float[][] infer(Batch batch) throws EngineException {
        try {
          return rows(core.infer(batch.tokens()));
        } catch (CoreFault e) {
          throw new EngineException("Ganglion cannot run a batch", e);
        }
      }

      @Override
      public void close() {
        core.close();
      }
    };
  }

  private static float[][] rows(Outputs outputs) {
    float[][] rows = new float[outputs.size()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = outputs.of(row);
    }
    return rows;
  }

  @Override
  public void close() {
    factory.close();
  }
}
