package io.ganglion.server.endpoint;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** TLS from files that are read again when they change. New connections use the new contents. */
final class ServerTls {
  /** A signature algorithm for each kind of key. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  private ServerTls() {}

  /**
   * @throws IOException if a file cannot be read or has the wrong contents
   */
  static ServerCredentials credentials(TlsFiles files, FileReloader reloader, EndpointEvents events)
      throws IOException {
    try {
      TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder();
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      reloader.watch(
          List.of(files.certificate(), files.key()),
          contents -> events.onCertificate(files.certificate(), loadKeys(keys, files, contents)));
      builder.keyManager(keys);
      if (files.clientAuthority().isPresent()) {
        Path authority = files.clientAuthority().get();
        ClientAuthorities trusted = new ClientAuthorities();
        reloader.watch(
            List.of(authority),
            contents -> {
              X509Certificate[] authorities = certificates(authority, contents.get(0));
              trusted.trust(authorities);
              events.onCertificate(authority, expiry(authorities));
            });
        builder.trustManager(trusted);
        builder.clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IOException | RuntimeException | GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** Returns when the first certificate of the chain expires. */
  private static Instant loadKeys(
      AdvancedTlsX509KeyManager keys, TlsFiles files, List<byte[]> contents)
      throws IOException, GeneralSecurityException {
    X509Certificate[] chain = certificates(files.certificate(), contents.get(0));
    PrivateKey key = PrivateKeys.read(files.key(), contents.get(1));
    if (!belong(chain[0].getPublicKey(), key)) {
      throw new GeneralSecurityException(
          "the key in "
              + files.key()
              + " is not that of the certificate in "
              + files.certificate());
    }
    keys.updateIdentityCredentials(chain, key);
    return expiry(chain);
  }

  private static Instant expiry(X509Certificate[] certificates) {
    return Arrays.stream(certificates)
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static X509Certificate[] certificates(Path file, byte[] pem)
      throws IOException, GeneralSecurityException {
    try (InputStream in = new ByteArrayInputStream(pem)) {
      X509Certificate[] chain = CertificateUtils.getX509Certificates(in);
      if (chain.length == 0) {
        throw new GeneralSecurityException("there is no certificate in " + file);
      }
      return chain;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new GeneralSecurityException(file + " holds no PEM certificate: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that certificate and key belong together. They are two files, so during a change one may
   * be new and the other old.
   */
  private static boolean belong(PublicKey open, PrivateKey secret) throws GeneralSecurityException {
    String algorithm = SIGNATURES.get(secret.getAlgorithm());
    if (!open.getAlgorithm().equals(secret.getAlgorithm()) || algorithm == null) {
      return false;
    }
    byte[] message = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(message);
    return signature.verify(signed);
  }
}
