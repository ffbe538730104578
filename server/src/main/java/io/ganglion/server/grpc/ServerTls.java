package io.ganglion.server.grpc;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** TLS from files that are read again when they change. Thread-safe. */
final class ServerTls {
  private static final long RELOAD_SECONDS = 5;

  private final ScheduledExecutorService reloader =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "ganglion-tls");
            thread.setDaemon(true);
            return thread;
          });
  private final ServerCredentials credentials;

  /**
   * @throws IOException if a file cannot be read, or does not hold what it should
   */
  ServerTls(TlsFiles files) throws IOException {
    try {
      TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder();
      builder.keyManager(keys(files));
      if (files.clientAuthority().isPresent()) {
        builder.trustManager(authority(files.clientAuthority().get()));
        builder.clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      credentials = builder.build();
    } catch (IOException | RuntimeException | GeneralSecurityException e) {
      close();
      throw new IOException(
          "TLS cannot be set up from " + files.certificate() + ": " + e.getMessage(), e);
    }
  }

  private AdvancedTlsX509KeyManager keys(TlsFiles files)
      throws IOException, GeneralSecurityException {
    AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(
        files.certificate().toFile(),
        files.key().toFile(),
        RELOAD_SECONDS,
        TimeUnit.SECONDS,
        reloader);
    return keys;
  }

  private AdvancedTlsX509TrustManager authority(Path file)
      throws IOException, GeneralSecurityException {
    AdvancedTlsX509TrustManager trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
    trust.updateTrustCredentials(file.toFile(), RELOAD_SECONDS, TimeUnit.SECONDS, reloader);
    return trust;
  }

  ServerCredentials credentials() {
    return credentials;
  }

  void close() {
    reloader.shutdownNow();
  }
}
