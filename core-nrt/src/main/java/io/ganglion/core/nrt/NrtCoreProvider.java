package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFactory;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreOption;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Probe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Provides the NeuronCores of Inferentia and Trainium. */
public final class NrtCoreProvider implements CoreProvider {
  static final String KIND = "nrt";

  static final CoreOption LIBRARY =
      CoreOption.of(
          "libnrt",
          "FILE",
          "The Neuron runtime library. Default: libnrt.so.1 of the vendor's package.");

  static final CoreOption NAN_POLICY =
      CoreOption.oneOf(
          "nrt-nan-policy",
          "POLICY",
          "check, strict or ignore: when a NeuronCore's batch fails for NaN or infinity: if a"
              + " request's logit is not finite; also if libnrt alone reports one; never. Default:"
              + " check.",
          Arrays.stream(NanPolicy.values()).map(NrtCoreProvider::spelt).toList());

  private static String spelt(NanPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int preference() {
    return 100;
  }

  @Override
  public List<CoreOption> options() {
    return List.of(LIBRARY, NAN_POLICY);
  }

  @Override
  public Probe probe(Artifact artifact, CoreOptions options) throws ArtifactException {
    if (!NeuronProgram.present(artifact.directory())) {
      return Probe.unusable("the artifact holds no program for NeuronCores");
    }
    Optional<String> obstacle =
        NeuronProgram.obstacle(artifact.manifest().task(), artifact.manifest().dimensions());
    if (obstacle.isPresent()) {
      return Probe.unusable(obstacle.get());
    }
    if (!NeuronProgram.read(artifact.directory()).runnable()) {
      return Probe.unusable("the artifact's program is for inf1, which can be served no more");
    }
    int devices = NrtDevices.visible();
    if (devices == 0 && options.value(LIBRARY).isEmpty()) {
      return Probe.unusable(
          "the artifact holds a program for NeuronCores, and this machine has no /dev/neuron*");
    }
    return Probe.usable(
        "the artifact holds a program for NeuronCores, and "
            + (devices == 0 ? "libnrt is given" : devices + " Neuron devices are visible"));
  }

  @Override
  public CoreSet open(Artifact artifact, CoreOptions options) throws ArtifactException, CoreFault {
    NrtCoreFactory factory = NrtCoreFactory.create(artifact, nrtOptions(options));
    try {
      int cores = factory.cores();
      int asked = options.batchRequests(artifact.manifest());
      int requests = Math.min(asked, factory.batchSize());
      List<String> notes = new ArrayList<>(List.of(factory.describe()));
      if (options.batchRequests() > requests) {
        notes.add("the NEFFs take " + requests + " requests: the batch is lowered to that");
      }
      int executions = Math.multiplyExact(cores, options.threads());
      return new CoreSet(
          new RoundRobin(factory, cores),
          cores,
          executions,
          executions,
          requests,
          requests,
          false, // not proven: no such device has been tried
          factory.sequenceLengths(),
          () -> factory.padding().ratio(),
          notes);
    } catch (Throwable e) {
      factory.close();
      throw e;
    }
  }

  static NrtOptions nrtOptions(CoreOptions options) {
    NrtOptions nrt = NrtOptions.defaults().withCores(options.cores());
    nrt = options.value(LIBRARY).map(Path::of).map(nrt::withLibrary).orElse(nrt);
    return options
        .value(NAN_POLICY)
        .map(value -> NanPolicy.valueOf(value.toUpperCase(Locale.ROOT)))
        .map(nrt::withNanPolicy)
        .orElse(nrt);
  }

  /** Spreads executions over the cores in turn. */
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
