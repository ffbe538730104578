package io.ganglion.server.model;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.cpu.CpuCoreFactory;
import io.ganglion.runtime.core.cpu.CpuOptions;
import io.ganglion.runtime.core.nrt.NeuronProgram;
import io.ganglion.runtime.core.nrt.NrtCoreFactory;
import io.ganglion.runtime.core.nrt.NrtOptions;
import java.util.List;

/**
 * The cores that were chosen for an artifact.
 *
 * @param factory opens them
 * @param kind "cpu", "nrt"
 * @param cores how many NeuronCores
 * @param aggregators batches in flight, one for each thread that feeds a core
 * @param reason why this kind, in a sentence
 * @param notes what a user should know of it, a sentence each
 */
record Backend(
    CoreFactory factory,
    String kind,
    int cores,
    int aggregators,
    String reason,
    List<String> notes) {

  /** Makes the artifact ready for the kind of core that is asked for; never for another. */
  static Backend open(Artifact artifact, ModelOptions options) throws ArtifactException, CoreFault {
    boolean compiled = NeuronProgram.present(artifact.directory());
    return switch (options.backend()) {
      case NRT -> nrt(artifact, options, "asked for");
      case CPU -> cpu(artifact, options, "asked for");
      case AUTO ->
          compiled
              ? nrt(artifact, options, "the artifact holds a program for NeuronCores")
              : cpu(artifact, options, "the artifact holds no program for NeuronCores");
    };
  }

  private static Backend cpu(Artifact artifact, ModelOptions options, String reason)
      throws ArtifactException, CoreFault {
    int processors = Runtime.getRuntime().availableProcessors();
    int cores = options.cores() > 0 ? options.cores() : Math.max(1, processors / options.threads());
    CpuCoreFactory factory =
        CpuCoreFactory.load(artifact, new CpuOptions(options.threads(), options.batchRequests()));
    return new Backend(factory, "cpu", cores, cores, reason, factory.notices());
  }

  private static Backend nrt(Artifact artifact, ModelOptions options, String reason)
      throws ArtifactException, CoreFault {
    NrtCoreFactory factory =
        NrtCoreFactory.create(artifact, NrtOptions.defaults().withCores(options.cores()));
    int cores = factory.cores();
    return new Backend(
        new RoundRobin(factory, cores),
        NrtCoreFactory.KIND,
        cores,
        cores * options.threads(),
        reason,
        List.of(factory.describe()));
  }

  /** Spreads more aggregators than cores over the cores. */
  private record RoundRobin(CoreFactory factory, int cores) implements CoreFactory {
    @Override
    public NeuronCore open(int index) throws CoreFault {
      return factory.open(index % cores);
    }

    @Override
    public void close() {
      factory.close();
    }
  }
}
