package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
  private static final Path FILE = Path.of("server.key");

  private static byte[] pem(String label, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return ("-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n")
        .getBytes(US_ASCII);
  }

  private static Key generate(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void aKeyInPkcs8IsRead(String algorithm) throws Exception {
    Key key = generate(algorithm);
    assertThat(PrivateKeys.read(FILE, pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "RSA PRIVATE KEY, a PKCS#1 key, openssl pkcs8 -topk8 -nocrypt -in server.key",
    "EC PRIVATE KEY, a SEC1 key, openssl pkcs8 -topk8 -nocrypt -in server.key",
    "ENCRYPTED PRIVATE KEY, an encrypted key, openssl pkcs8 -topk8 -nocrypt -in server.key",
    "OPENSSH PRIVATE KEY, an OpenSSH key, ssh-keygen -p -m PKCS8 -f server.key",
  })
  void aKeyInAnotherFormIsNamedWithTheCommandThatConvertsIt(
      String label, String kind, String command) {
    assertThatThrownBy(() -> PrivateKeys.read(FILE, pem(label, new byte[] {1, 2, 3})))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageStartingWith("server.key holds " + kind + ", not a PKCS#8 key")
        .hasMessageContaining(command);
  }

  @Test
  void aKeyOfAnotherAlgorithmIsNamedWithTheCommandThatMakesOne() throws Exception {
    byte[] pem = pem("PRIVATE KEY", generate("Ed25519").getEncoded());
    assertThatThrownBy(() -> PrivateKeys.read(FILE, pem))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("holds an Ed25519 or Ed448 key")
        .hasMessageContaining("openssl genpkey -algorithm EC");
  }

  @Test
  void whatIsNoKeyIsSaidSo() {
    assertThatThrownBy(() -> PrivateKeys.read(FILE, "secret".getBytes(US_ASCII)))
        .hasMessageContaining("holds no private key");
    assertThatThrownBy(() -> PrivateKeys.read(FILE, pem("PRIVATE KEY", new byte[] {1, 2})))
        .hasMessageContaining("damaged");
  }
}
