package io.ganglion.spark;

import io.ganglion.client.GanglionClient;
import io.ganglion.client.GanglionClientBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A model on servers, asked by a client of each task. Files are named by their paths on the
 * executors, so no secret travels with a job or is saved with a pipeline. Immutable.
 */
public final class EndpointSource extends ModelSource {
  private static final long serialVersionUID = 1L;

  private final String targets;
  private final Duration deadline;
  private final boolean tls;
  private final String trustFile;
  private final String tokenFile;

  EndpointSource(
      String targets, Duration deadline, boolean tls, String trustFile, String tokenFile) {
    if (targets.isBlank()) {
      throw new IllegalArgumentException("The endpoint is empty: give host:port of a server.");
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("A deadline must be longer than nothing: " + deadline);
    }
    this.targets = targets;
    this.deadline = deadline;
    this.tls = tls;
    this.trustFile = trustFile;
    this.tokenFile = tokenFile;
  }

  /**
   * A copy whose requests may take so long, retries included.
   *
   * @param deadline more than nothing
   * @return the copy
   */
  public EndpointSource deadline(Duration deadline) {
    return new EndpointSource(targets, deadline, tls, trustFile, tokenFile);
  }

  /**
   * A copy that speaks TLS, and trusts whom the JVM trusts.
   *
   * @return the copy
   */
  public EndpointSource tls() {
    return new EndpointSource(targets, deadline, true, trustFile, tokenFile);
  }

  /**
   * A copy that speaks TLS.
   *
   * @param certificates path of a PEM file on each executor: whom to trust
   * @return the copy
   */
  public EndpointSource trust(String certificates) {
    return new EndpointSource(targets, deadline, true, certificates, tokenFile);
  }

  /**
   * A copy that sends a token.
   *
   * @param file its path on each executor; read again every ten seconds
   * @return the copy
   */
  public EndpointSource tokenFile(String file) {
    return new EndpointSource(targets, deadline, tls, trustFile, file);
  }

  @Override
  OpenModel open() {
    GanglionClientBuilder client =
        GanglionClient.builder().target(targets.trim().split("\\s*,\\s*")).deadline(deadline);
    if (!trustFile.isEmpty()) {
      client.trust(Path.of(trustFile));
    } else if (tls) {
      client.tls();
    }
    if (!tokenFile.isEmpty()) {
      client.bearerTokenFile(Path.of(tokenFile));
    }
    GanglionClient built = client.build();
    return new OpenModel(built, built::close);
  }
}
