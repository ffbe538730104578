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
  private static final int MOST_TOKENS = 1024; // of one group: more than anybody asks about

  private final CpuCoreFactory factory;
  private final int workers;

  /** Cuts batches as the core does. */
  public RooflineEngine(Path directory, int workers) throws EngineException {
    this(directory, workers, CpuOptions.DEFAULT);
  }

  private RooflineEngine(Path directory, int workers, CpuOptions options) throws EngineException {
    this.workers = workers;
    try (Artifact artifact = Artifact.open(directory)) {
      factory = CpuCoreFactory.load(artifact, options);
    } catch (ArtifactException | CoreFault e) {
      throw new EngineException("The roofline cannot load " + directory, e);
    }
  }

  /** With one worker, that runs the tokens of a batch together, however many they are. */
  public static RooflineEngine inOneGroup(Path directory) throws EngineException {
    return new RooflineEngine(directory, 1, new CpuOptions(1, 0, MOST_TOKENS));
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
