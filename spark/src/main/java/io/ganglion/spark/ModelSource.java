package io.ganglion.spark;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;

/**
 * Where an executor finds a model: in its own process or on servers. It is sent to executors with
 * the tasks, and opened there. Immutable.
 */
public abstract sealed class ModelSource implements Serializable
    permits ArtifactSource, EndpointSource {
  private static final long serialVersionUID = 1L;

  ModelSource() {}

  /**
   * A model that runs in each executor, once for all of its tasks, on all of its cores.
   *
   * @param location what {@code compiler compile} wrote: an absolute path on each machine, a URI
   *     such as {@code hdfs:} or {@code s3a:}, which each executor copies once, or the name of a
   *     file or archive that was given to Spark
   * @return a source to which settings may be added
   */
  public static ArtifactSource artifact(String location) {
    return new ArtifactSource(location, 0);
  }

  /**
   * A model on servers.
   *
   * @param targets as {@code GanglionClientBuilder.target} takes them, separated by commas
   * @return a source to which settings may be added
   */
  public static EndpointSource endpoint(String targets) {
    return new EndpointSource(targets, Duration.ofSeconds(30), false, "", "");
  }

  /**
   * Opens the model for one task.
   *
   * @throws IOException if what it needs cannot be read, one sentence
   */
  abstract OpenModel open() throws IOException;
}
