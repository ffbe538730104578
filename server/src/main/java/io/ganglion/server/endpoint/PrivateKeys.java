package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key, or says what the file holds instead and how to get a key. Stateless. */
final class PrivateKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END");

  private static final String PLAIN = "PRIVATE KEY";

  /** Algorithms of keys that are whole, but of no use here. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "EdDSA", "an Ed25519 or Ed448",
          "XDH", "an X25519 or X448",
          "RSASSA-PSS", "an RSASSA-PSS",
          "DSA", "a DSA");

  private PrivateKeys() {}

  /**
   * @throws GeneralSecurityException if it is no unencrypted RSA or EC key in PKCS#8; the message
   *     is a sentence
   */
  static PrivateKey read(Path file, byte[] pem) throws IOException, GeneralSecurityException {
    Matcher found = KEY.matcher(new String(pem, ISO_8859_1));
    if (!found.find()) {
      throw new GeneralSecurityException(
          file + " holds no private key: name a PEM file with a PKCS#8 key");
    }
    String label = found.group(1);
    if (!label.equals(PLAIN)) {
      throw new GeneralSecurityException(
          file
              + " holds "
              + kind(label)
              + ", not a PKCS#8 key: convert it with "
              + command(label, file));
    }
    try (InputStream in = new ByteArrayInputStream(pem)) {
      return CertificateUtils.getPrivateKey(in);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new GeneralSecurityException(unfit(file, found.group(2)), e);
    }
  }

  private static String kind(String label) {
    return switch (label) {
      case "RSA PRIVATE KEY" -> "a PKCS#1 key";
      case "EC PRIVATE KEY" -> "a SEC1 key";
      case "ENCRYPTED PRIVATE KEY" -> "an encrypted key";
      case "OPENSSH PRIVATE KEY" -> "an OpenSSH key";
      default -> "a key of the kind \"" + label + "\"";
    };
  }

  private static String command(String label, Path file) {
    return label.equals("OPENSSH PRIVATE KEY")
        ? "ssh-keygen -p -m PKCS8 -f " + file
        : "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW.pem";
  }

  private static String unfit(Path file, String base64) {
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(base64);
        KeyFactory.getInstance(other.getKey()).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        return file
            + " holds "
            + other.getValue()
            + " key, and the server takes RSA and EC keys: make one with openssl genpkey"
            + " -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out NEW.pem, and a certificate for"
            + " it";
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // It is not of this kind.
      }
    }
    return file + " holds a damaged private key: copy it again";
  }
}
