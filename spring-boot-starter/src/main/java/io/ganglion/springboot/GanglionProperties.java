package io.ganglion.springboot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of a client. Those that are not set have the client's own defaults.
 *
 * <pre>{@code
 * ganglion.target=encoder-0:60061,encoder-1:60061
 * ganglion.deadline=2s
 * ganglion.token=${ENCODER_TOKEN}
 * }</pre>
 *
 * @param target the servers, {@code host:port}
 * @param deadline how long an answer may take, retries included
 * @param maxAttempts how often a request may be sent, the first time included
 * @param hedgeAfter when to send a request a second time, although the first has not failed
 * @param tls whether the connection is encrypted
 * @param trust a PEM file with the certificates to trust; those of the JVM unless set
 * @param token a bearer token
 * @param healthTimeout how long the health indicator waits for a server
 */
@ConfigurationProperties("ganglion")
public record GanglionProperties(
    @DefaultValue List<String> target,
    @Nullable Duration deadline,
    @Nullable Integer maxAttempts,
    @Nullable Duration hedgeAfter,
    @DefaultValue("false") boolean tls,
    @Nullable Path trust,
    @Nullable String token,
    @DefaultValue("2s") Duration healthTimeout) {
  /** Takes an unmodifiable copy of the targets. */
  public GanglionProperties {
    target = List.copyOf(target);
  }
}
