package io.ganglion.core.cpu;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.Probe;
import java.util.List;
import java.util.stream.Stream;

/** Provides CPU cores: they run every artifact, with one core for each processor. */
public final class CpuCoreProvider implements CoreProvider {
  static final String KIND = "cpu";

  /** With more requests, a batch of a tiny model costs no less per request. */
  private static final int MOST_REQUESTS = 64;

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int preference() {
    return 0;
  }

  /** Starts to load oneDNN, which takes as long as reading a small artifact. */
  @Override
  public void prepare() {
    CpuCoreFactory.preload();
  }

  @Override
  public Probe probe(Artifact artifact, CoreOptions options) {
    return Probe.usable("the CPU runs every artifact");
  }

  @Override
  public CoreSet open(Artifact artifact, CoreOptions options) throws ArtifactException, CoreFault {
    int processors = Runtime.getRuntime().availableProcessors();
    int cores = options.cores() > 0 ? options.cores() : Math.max(1, processors / options.threads());
    // Cores take turns on the processors; see Turns.
    int concurrent = Math.min(cores, Math.max(1, processors / options.threads()));
    int requests = options.batchRequests(artifact.manifest());
    boolean asked = options.batchRequests() > 0;
    int most = asked ? requests : Math.max(requests, MOST_REQUESTS);
    MemoryBudget budget = MemoryBudget.of(artifact, cores);
    budget.requireFit();
    CpuCoreFactory factory = CpuCoreFactory.load(artifact, new CpuOptions(options.threads(), most));
    try {
      return new CoreSet(
          factory,
          cores,
          cores,
          concurrent,
          requests,
          most,
          factory.batchInvariant(),
          List.of(),
          () -> 0,
          notes(factory, budget));
    } catch (Throwable e) {
      factory.close();
      throw e;
    }
  }

  private static List<String> notes(CpuCoreFactory factory, MemoryBudget budget) throws CoreFault {
    return Stream.concat(factory.notices().stream(), Stream.of(budget.note())).toList();
  }
}
