package io.ganglion.server.model;

import io.ganglion.core.cpu.CpuCoreFactory;
import io.ganglion.core.cpu.CpuOptions;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NrtCoreFactory;
import io.ganglion.core.nrt.NrtDevices;
import io.ganglion.core.nrt.NrtOptions;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The cores that were chosen for an artifact.
 *
 * @param factory opens them
 * @param kind "cpu", "nrt"
 * @param cores how many NeuronCores
 * @param aggregators batches in flight, one for each thread that feeds a core
 * @param batchRequests most requests in a batch
 * @param lengthBuckets sequence lengths the cores were compiled for, ascending; empty for any
 * @param paddingRatio share of padding among the tokens computed so far, 0 to 1
 * @param reason why this kind, in a sentence
 * @param notes what a user should know of it, a sentence each
 */
record Backend(
    CoreFactory factory,
    String kind,
    int cores,
    int aggregators,
    int batchRequests,
    List<Integer> lengthBuckets,
    DoubleSupplier paddingRatio,
    String reason,
    List<String> notes) {

  /** Begins what opening may need and what takes no artifact, in the background. */
  static void preload(ModelOptions options) {
    if (options.backend() != BackendChoice.NRT) {
      CpuCoreFactory.preload();
    }
  }

  /** Makes the artifact ready for the kind of core that is asked for; never for another. */
  static Backend open(Artifact artifact, ModelOptions options) throws ArtifactException, CoreFault {
    return switch (options.backend()) {
      case NRT -> nrt(artifact, options, "asked for");
      case CPU -> cpu(artifact, options, "asked for");
      case AUTO -> automatic(artifact, options);
    };
  }

  /**
   * What speaks against NeuronCores is known before they are tried: a failure is then a failure.
   */
  private static Backend automatic(Artifact artifact, ModelOptions options)
      throws ArtifactException, CoreFault {
    if (!NeuronProgram.present(artifact.directory())) {
      return cpu(artifact, options, "the artifact holds no program for NeuronCores");
    }
    if (!NeuronProgram.read(artifact.directory()).runnable()) {
      return cpu(
          artifact, options, "the artifact's program is for inf1, which can be served no more");
    }
    int devices = NrtDevices.visible();
    if (options.libnrt().isEmpty() && devices == 0) {
      return cpu(
          artifact,
          options,
          "the artifact holds a program for NeuronCores, and this machine has no /dev/neuron*");
    }
    String found = devices == 0 ? "--libnrt is given" : devices + " Neuron devices are visible";
    return nrt(artifact, options, "the artifact holds a program for NeuronCores, and " + found);
  }

  private static Backend cpu(Artifact artifact, ModelOptions options, String reason)
      throws ArtifactException, CoreFault {
    int processors = Runtime.getRuntime().availableProcessors();
    int cores = options.cores() > 0 ? options.cores() : Math.max(1, processors / options.threads());
    CpuCoreFactory factory =
        CpuCoreFactory.load(artifact, new CpuOptions(options.threads(), options.batchRequests()));
    return new Backend(
        factory,
        "cpu",
        cores,
        cores,
        requests(artifact, options),
        List.of(),
        () -> 0,
        reason,
        factory.notices());
  }

  private static Backend nrt(Artifact artifact, ModelOptions options, String reason)
      throws ArtifactException, CoreFault {
    NrtOptions nrt =
        NrtOptions.defaults().withCores(options.cores()).withNanPolicy(options.nanPolicy());
    NrtCoreFactory factory =
        NrtCoreFactory.create(artifact, options.libnrt().map(nrt::withLibrary).orElse(nrt));
    int cores = factory.cores();
    List<String> notes = new ArrayList<>(List.of(factory.describe()));
    int requests = Math.min(requests(artifact, options), factory.batchSize());
    if (options.batchRequests() > requests) {
      notes.add("the NEFFs take " + requests + " requests: --batch is lowered to that");
    }
    return new Backend(
        new RoundRobin(factory, cores),
        NrtCoreFactory.KIND,
        cores,
        cores * options.threads(),
        requests,
        factory.sequenceLengths(),
        () -> factory.padding().ratio(),
        reason,
        notes);
  }

  private static int requests(Artifact artifact, ModelOptions options) {
    return options.batchRequests() > 0 ? options.batchRequests() : artifact.manifest().batchSize();
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
