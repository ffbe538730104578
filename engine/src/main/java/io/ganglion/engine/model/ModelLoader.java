package io.ganglion.engine.model;

import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.BatchLimits;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Scheduler;
import io.ganglion.engine.batch.SchedulerConfig;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreKinds;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.Tokenizer;
import java.nio.file.Path;

/** Loads a served model from an artifact's directory. Thread-safe. */
public final class ModelLoader {
  private final CoreKinds kinds;
  private final ModelOptions options;
  private final NanoClock clock;
  private final BatchEvents events;

  /**
   * A loader for the kinds of cores that this program has.
   *
   * @throws IllegalArgumentException if the options name an unknown kind of core or an unknown
   *     option
   */
  public ModelLoader(ModelOptions options, NanoClock clock, BatchEvents events) {
    this(CoreKinds.found(), options, clock, events);
  }

  ModelLoader(CoreKinds kinds, ModelOptions options, NanoClock clock, BatchEvents events) {
    Backend.check(kinds, options);
    this.kinds = kinds;
    this.options = options;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Loads the model and waits until each of its cores has passed the golden check.
   *
   * @param version its number; may be empty
   * @throws ModelException if it cannot be served; nothing is left running
   */
  public ServedModel load(Path directory, String version)
      throws ModelException, InterruptedException {
    Backend.prepare(kinds, options);
    try {
      Artifact artifact = Artifact.open(directory);
      try {
        return load(artifact, version);
      } catch (Throwable e) {
        artifact.close();
        throw e;
      }
    } catch (ArtifactException | CoreFault e) {
      throw new ModelException(String.valueOf(e.getMessage()), e);
    }
  }

  private ServedModel load(Artifact artifact, String version)
      throws ArtifactException, CoreFault, InterruptedException {
    Tokenizer tokenizer = artifact.tokenizer().tokenizer(artifact.manifest().sequenceLength());
    Backend backend = Backend.open(kinds, artifact, options);
    ServedModel model;
    try {
      model = assemble(artifact, version, tokenizer, backend);
    } catch (Throwable e) {
      backend.cores().close();
      throw e;
    }
    try {
      model.scheduler().start();
      model.scheduler().awaitReady();
      return model;
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  /** Makes the model, which owns the cores and the artifact from now on. */
  private ServedModel assemble(
      Artifact artifact, String version, Tokenizer tokenizer, Backend backend) {
    ModelManifest manifest = artifact.manifest();
    CoreSet cores = backend.cores();
    BatchLimits batch = batchLimits(manifest, cores);
    Scheduler scheduler =
        new Scheduler(
            new SchedulerConfig(
                cores.executions(),
                cores.concurrent(),
                batch,
                options.admission(),
                options.core(),
                options.cacheBytes()),
            cores.factory(),
            new StartCheck(artifact, batch.maxRequests()),
            manifest::answer,
            clock,
            events);
    return new ServedModel(
        facts(artifact, version, backend, batch), cores.notes(), tokenizer, scheduler) {
      @Override
      public double paddingRatio() {
        return cores.paddingRatio().getAsDouble();
      }

      @Override
      void release() {
        cores.close();
        artifact.close();
      }
    };
  }

  private BatchLimits batchLimits(ModelManifest manifest, CoreSet cores) {
    int requests = cores.batchRequests();
    int tokens =
        options.batchTokens() > 0
            ? options.batchTokens()
            : Math.multiplyExact(requests, manifest.sequenceLength());
    // A user's bound on the tokens of a batch holds for every batch.
    int quick = options.batchTokens() > 0 ? requests : cores.mostRequests();
    return new BatchLimits(
        requests, tokens, quick, options.maxDelayNs(), options.ageBoundNs(), cores.lengthBuckets());
  }

  private static ModelFacts facts(
      Artifact artifact, String version, Backend backend, BatchLimits batch) {
    return new ModelFacts(
        artifact.manifest().name().orElseGet(() -> folderName(artifact, version)),
        artifact.digest(),
        version,
        artifact.manifest(),
        backend.kind(),
        backend.cores().cores(),
        backend.reason(),
        backend.cores().batchInvariant(),
        batch);
  }

  /** A number would say nothing, so the name is that of the folder of versions. */
  private static String folderName(Artifact artifact, String version) {
    Path folder = artifact.directory().toAbsolutePath().normalize();
    Path named = version.isEmpty() ? folder : folder.getParent();
    return named == null || named.getFileName() == null ? "model" : named.getFileName().toString();
  }
}
