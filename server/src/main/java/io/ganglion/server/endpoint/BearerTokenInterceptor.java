package io.ganglion.server.endpoint;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets calls in that bear one of the tokens of a file, one a line; health checks need none. The
 * file is read again when it has changed. Thread-safe.
 */
final class BearerTokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";
  private static final String HEALTH = "grpc.health.v1.Health";

  /** Rotation needs two of each client; a call is compared with all of them. */
  private static final int MOST_TOKENS = 100;

  private final Path file;
  private final EndpointEvents events;
  private volatile List<byte[]> tokens = List.of();

  /**
   * @throws IOException if the file cannot be read or holds no token
   */
  BearerTokenInterceptor(Path file, FileReloader reloader, EndpointEvents events)
      throws IOException {
    this.file = file;
    this.events = events;
    try {
      reloader.watch(List.of(file), contents -> tokens = tokens(contents.get(0)));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("The token file cannot be used: " + e.getMessage(), e);
    }
  }

  private List<byte[]> tokens(byte[] content) throws IOException {
    List<byte[]> found = new ArrayList<>();
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      String token = line.strip();
      if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new IOException(
            "%s, line %d: a token is one word of ASCII letters, digits and signs."
                .formatted(file, number));
      }
      if (!token.isEmpty()) {
        found.add(token.getBytes(StandardCharsets.US_ASCII));
      }
    }
    if (found.isEmpty()) {
      throw new IOException(file + " is empty: write a token into it.");
    }
    if (found.size() > MOST_TOKENS) {
      throw new IOException(
          "%s holds %d tokens: at most %d are allowed.".formatted(file, found.size(), MOST_TOKENS));
    }
    return List.copyOf(found);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (HEALTH.equals(call.getMethodDescriptor().getServiceName()) || authentic(headers)) {
      return next.startCall(call, headers);
    }
    events.onUnauthenticated();
    call.close(
        Status.UNAUTHENTICATED.withDescription("the right bearer token is needed"), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private boolean authentic(Metadata headers) {
    String header = headers.get(AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (byte[] token : tokens) { // all of them: the time must not tell which one was near
      known |= MessageDigest.isEqual(given, token);
    }
    return known;
  }
}
