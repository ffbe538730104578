package io.ganglion.server.model;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.text.PairEncoder;
import io.ganglion.runtime.text.Vocabulary;
import io.ganglion.runtime.text.VocabularyException;
import io.ganglion.server.batch.BatchEvents;
import io.ganglion.server.batch.BatchLimits;
import io.ganglion.server.batch.Engine;
import io.ganglion.server.batch.EngineConfig;
import io.ganglion.server.batch.NanoClock;
import java.nio.file.Path;

/** Makes a served model of an artifact's directory. Thread-safe. */
public final class ModelLoader {
  private final ModelOptions options;
  private final NanoClock clock;
  private final BatchEvents events;

  public ModelLoader(ModelOptions options, NanoClock clock, BatchEvents events) {
    this.options = options;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Loads the model and waits until each of its cores has passed the golden check.
   *
   * @param version its number, or empty
   * @throws ModelException if it cannot be served; nothing is left running
   */
  public ServedModel load(Path directory, String version)
      throws ModelException, InterruptedException {
    Backend.preload(options);
    try {
      Artifact artifact = Artifact.open(directory);
      try {
        return load(artifact, version);
      } catch (ArtifactException | CoreFault | VocabularyException | RuntimeException e) {
        artifact.close();
        throw e;
      }
    } catch (ArtifactException | CoreFault | VocabularyException e) {
      throw new ModelException(String.valueOf(e.getMessage()), e);
    }
  }

  private ServedModel load(Artifact artifact, String version)
      throws ArtifactException, CoreFault, VocabularyException, InterruptedException {
    ModelManifest manifest = artifact.manifest();
    PairEncoder encoder = encoder(artifact, manifest);
    Backend backend = Backend.open(artifact, options);
    BatchLimits batch = batchLimits(manifest, backend);
    Engine engine =
        new Engine(
            new EngineConfig(backend.aggregators(), batch, options.admission(), options.core()),
            backend.factory(),
            new StartCheck(artifact, batch.maxRequests()),
            manifest.output(),
            clock,
            events);
    ServedModel model =
        new ServedModel(
            facts(artifact, version, backend, batch), backend.notes(), encoder, engine) {
          @Override
          public double paddingRatio() {
            return backend.paddingRatio().getAsDouble();
          }

          @Override
          void release() {
            backend.factory().close();
            artifact.close();
          }
        };
    engine.start();
    try {
      engine.awaitReady();
      return model;
    } catch (CoreFault | InterruptedException e) {
      model.close();
      throw e;
    }
  }

  private static PairEncoder encoder(Artifact artifact, ModelManifest manifest)
      throws VocabularyException {
    Vocabulary vocabulary = Vocabulary.read(artifact.vocabulary());
    int rows = manifest.dimensions().vocabularySize();
    if (vocabulary.size() > rows) {
      throw new VocabularyException(
          "The vocabulary "
              + artifact.vocabulary()
              + " has "
              + vocabulary.size()
              + " pieces and the model's table only "
              + rows
              + " rows; compile the model with its own vocabulary.");
    }
    return new PairEncoder(vocabulary, manifest.lowerCase(), manifest.sequenceLength());
  }

  private BatchLimits batchLimits(ModelManifest manifest, Backend backend) {
    int requests = backend.batchRequests();
    int tokens =
        options.batchTokens() > 0
            ? options.batchTokens()
            : Math.multiplyExact(requests, manifest.sequenceLength());
    return new BatchLimits(
        requests, tokens, options.maxDelayNs(), options.ageBoundNs(), backend.lengthBuckets());
  }

  private static ModelFacts facts(
      Artifact artifact, String version, Backend backend, BatchLimits batch) {
    Path name = artifact.directory().toAbsolutePath().normalize().getFileName();
    return new ModelFacts(
        name == null ? "model" : name.toString(),
        artifact.digest(),
        version,
        artifact.manifest(),
        backend.kind(),
        backend.cores(),
        backend.reason(),
        batch);
  }
}
