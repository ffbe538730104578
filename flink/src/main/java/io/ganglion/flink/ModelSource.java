package io.ganglion.flink;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the model of a job runs: on servers, or in the task managers themselves. It travels with
 * the job, so its files are looked for where the tasks run. Immutable.
 *
 * <pre>{@code
 * ModelSource inProcess = ModelSource.inProcess("/models/paraphrase");
 * ModelSource servers = ModelSource.servers("encoder-0:60061", "encoder-1:60061")
 *     .deadline(Duration.ofSeconds(5));
 * }</pre>
 */
public sealed interface ModelSource extends Serializable {
  /**
   * A model in process. All slots of a task manager share one engine, which is closed with the last
   * of them.
   *
   * @param artifact the folder that {@code compiler compile} wrote, on each task manager
   * @return the source
   */
  static ModelSource inProcess(String artifact) {
    return new InProcess(artifact);
  }

  /**
   * A model on servers.
   *
   * @param endpoints each {@code host:port}, or one name that gRPC resolves, such as {@code
   *     dns:///encoder:60061}
   * @return the source, with the client's defaults
   */
  static Remote servers(String... endpoints) {
    return new Remote(List.of(endpoints), Remote.DEADLINE, 5, 1, Tls.NONE, null);
  }

  /**
   * A model in process.
   *
   * @param artifact its folder
   */
  record InProcess(String artifact) implements ModelSource {
    /** Checks that there is a folder. */
    public InProcess {
      if (artifact.isBlank()) {
        throw new IllegalArgumentException("the path of the artifact is empty");
      }
    }
  }

  /**
   * A model on servers.
   *
   * @param endpoints where they are
   * @param deadline how long an answer may take, retries included
   * @param maxAttempts how often a request may be sent, the first time included
   * @param connections of each parallel instance to the servers
   * @param tls whether and how connections are encrypted
   * @param tokenFile a file with a bearer token, read again when it changes; null for none
   */
  record Remote(
      List<String> endpoints,
      Duration deadline,
      int maxAttempts,
      int connections,
      Tls tls,
      @Nullable String tokenFile)
      implements ModelSource {
    /** The client's own. */
    static final Duration DEADLINE = Duration.ofSeconds(30);

    /**
     * Takes an unmodifiable copy of the endpoints.
     *
     * @throws IllegalArgumentException if there is none, or a number or a time is out of its range
     */
    public Remote {
      endpoints = List.copyOf(endpoints);
      Objects.requireNonNull(tls, "tls");
      if (endpoints.isEmpty()) {
        throw new IllegalArgumentException("at least one endpoint is needed, as host:port");
      }
      if (deadline.isZero() || deadline.isNegative()) {
        throw new IllegalArgumentException("the deadline must be positive: " + deadline);
      }
      if (maxAttempts < 1) {
        throw new IllegalArgumentException("at least one attempt is needed: " + maxAttempts);
      }
      if (connections < 1 || connections > 64) {
        throw new IllegalArgumentException("connections must be from 1 to 64: " + connections);
      }
    }

    /**
     * The same with another deadline.
     *
     * @param deadline how long an answer may take, retries included
     * @return a copy
     */
    public Remote deadline(Duration deadline) {
      return new Remote(endpoints, deadline, maxAttempts, connections, tls, tokenFile);
    }

    /**
     * The same with another number of attempts.
     *
     * @param maxAttempts how often a request may be sent, the first time included
     * @return a copy
     */
    public Remote maxAttempts(int maxAttempts) {
      return new Remote(endpoints, deadline, maxAttempts, connections, tls, tokenFile);
    }

    /**
     * The same with another number of connections.
     *
     * @param connections of each parallel instance
     * @return a copy
     */
    public Remote connections(int connections) {
      return new Remote(endpoints, deadline, maxAttempts, connections, tls, tokenFile);
    }

    /**
     * The same with other connections.
     *
     * @param tls whether and how they are encrypted
     * @return a copy
     */
    public Remote tls(Tls tls) {
      return new Remote(endpoints, deadline, maxAttempts, connections, tls, tokenFile);
    }

    /**
     * The same with a bearer token.
     *
     * @param file that holds it, on each task manager
     * @return a copy
     */
    public Remote tokenFile(String file) {
      return new Remote(endpoints, deadline, maxAttempts, connections, tls, file);
    }
  }

  /**
   * How connections are encrypted. Files are looked for on each task manager.
   *
   * @param enabled whether they are
   * @param trust a PEM file with the certificates to trust; null for those that the JVM trusts
   * @param certificate a PEM file with the certificate to show; null for none
   * @param key a PEM file with its PKCS#8 key; null for none
   */
  record Tls(
      boolean enabled, @Nullable String trust, @Nullable String certificate, @Nullable String key)
      implements Serializable {
    /** Connections that are not encrypted. */
    public static final Tls NONE = new Tls(false, null, null, null);

    /**
     * Checks that the files belong together.
     *
     * @throws IllegalArgumentException if a certificate has no key, or a key no certificate, or
     *     files are given without encryption
     */
    public Tls {
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException(
            "a certificate to show needs its key, and a key its certificate");
      }
      if (!enabled && (trust != null || certificate != null)) {
        throw new IllegalArgumentException("certificates are given, but TLS is not enabled");
      }
    }
  }
}
