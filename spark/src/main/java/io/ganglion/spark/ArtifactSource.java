package io.ganglion.spark;

import io.ganglion.api.TextModel;
import io.ganglion.engine.Engine;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.runtime.core.CoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkEnv;

/**
 * A model in each executor's process. Its tasks share one engine, which stays open for some minutes
 * after the last of them, so that the next stage finds it loaded. Immutable.
 */
public final class ArtifactSource extends ModelSource {
  private static final long serialVersionUID = 1L;

  private final String location;
  private final int threads;

  ArtifactSource(String location, int threads) {
    if (location.isBlank()) {
      throw new IllegalArgumentException(
          "The artifact has no location: give the directory that compiler compile wrote.");
    }
    if (threads < 0) {
      throw new IllegalArgumentException("A number of threads must not be negative: " + threads);
    }
    this.location = location;
    this.threads = threads;
  }

  /**
   * A copy that computes on so many threads of each executor.
   *
   * @param threads 0: as many as the executor has cores
   * @return the copy
   */
  public ArtifactSource threads(int threads) {
    return new ArtifactSource(location, threads);
  }

  @Override
  OpenModel open() throws IOException {
    int cores = threads > 0 ? threads : ExecutorCores.of(SparkEnv.get().conf());
    ModelOptions options = Engine.defaults().withCores(new CoreOptions(cores, 1, 0, Map.of()));
    Path folder = ArtifactFolder.of(location);
    try {
      TextModel model = Engine.shared(folder, options);
      return new OpenModel(model, () -> Lingering.EXECUTOR.keep(folder, model));
    } catch (ModelException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
