package io.ganglion.server.endpoint;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;

/**
 * Lets calls in that bear the token of a file; health checks need none. The file is read again when
 * it has changed. Thread-safe.
 */
final class BearerTokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";
  private static final String HEALTH = "grpc.health.v1.Health";

  private final Path file;
  private final EndpointEvents events;
  private volatile byte[] token = {};

  /**
   * @throws IOException if the file cannot be read or is empty
   */
  BearerTokenInterceptor(Path file, FileReloader reloader, EndpointEvents events)
      throws IOException {
    this.file = file;
    this.events = events;
    try {
      reloader.watch(List.of(file), this::load);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void load() throws IOException {
    token = read(file);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        throw new IOException("The token file " + file + " is empty.");
      }
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException("There is no token file " + file + ".", e);
    }
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
    return MessageDigest.isEqual(given, token);
  }
}
