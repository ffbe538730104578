package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;
import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.core.cpu.Roofline;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import java.nio.file.Path;

/**
 * The matrix multiplications of Ganglion's CPU core, with their fused post-ops and without anything
 * else, one thread a worker. Gives no answers.
 */
public final class RooflineEngine implements Engine {
  private static final float[][] NO_ANSWERS = {};

  private final CpuCoreFactory factory;
  private final int workers;

  public RooflineEngine(Path directory, int workers) throws EngineException {
    this.workers = workers;
    try (Artifact artifact = Artifact.open(directory)) {
      factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT);
    } catch (ArtifactException | CoreFault e) {
      throw new EngineException("The roofline cannot load " + directory, e);
    }
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public Worker open(int index) throws EngineException {
    Roofline roofline;
    try {
      roofline = Roofline.open(factory);
    } catch (CoreFault e) {
      throw new EngineException("The roofline cannot be opened", e);
    }
    return new Worker() {
      @Override
      public float[][] infer(Batch batch) {
        roofline.run(batch.tokens());
        return NO_ANSWERS;
      }

      @Override
      public void close() {
        roofline.close();
      }
    };
  }

  @Override
  public void close() {
    factory.close();
  }
}
