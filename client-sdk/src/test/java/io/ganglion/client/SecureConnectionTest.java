package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.GanglionException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SecureConnectionTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir static Path dir;

  /** Self-signed certificates of a server and of a client, as PEM files. */
  @BeforeAll
  static void makeCertificates() throws Exception {
    for (String name : new String[] {"server", "client"}) {
      Path store = dir.resolve(name + ".p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  name,
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=" + name,
                  "-ext",
                  "SAN=dns:localhost",
                  "-storetype",
                  "PKCS12",
                  "-storepass",
                  "secret",
                  "-keystore",
                  store.toString())
              .inheritIO()
              .start();
      assertThat(keytool.waitFor()).isZero();
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, "secret".toCharArray());
      }
      pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
      pem(name + ".key", "PRIVATE KEY", keys.getKey(name, "secret".toCharArray()).getEncoded());
    }
  }

  private static void pem(String file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        dir.resolve(file),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  private static Path file(String name) {
    return dir.resolve(name);
  }

  private static ScriptedServer tlsServer(ClientAuth auth) throws IOException {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(file("server.crt").toFile(), file("server.key").toFile());
    if (auth != ClientAuth.NONE) {
      credentials.trustManager(file("client.crt").toFile()).clientAuth(auth);
    }
    ServerBuilder<?> builder = Grpc.newServerBuilderForPort(0, credentials.build());
    return new ScriptedServer(builder, (text, times) -> ANSWER, true);
  }

  private static GanglionClientBuilder to(ScriptedServer server) {
    return GanglionClient.builder().target(server.target()).deadline(Duration.ofSeconds(20));
  }

  @Test
  void aTrustedServerIsSpokenToOverTls() throws IOException {
    try (ScriptedServer server = tlsServer(ClientAuth.NONE);
        GanglionClient client = to(server).trust(file("server.crt")).build()) {
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsNotSpokenTo() throws IOException {
    try (ScriptedServer server = tlsServer(ClientAuth.NONE);
        GanglionClient client = to(server).tls().maxAttempts(1).build()) {
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.Unavailable.class)
          .hasMessageContaining("TLS failed: unable to find valid certification path");
      assertThat(server.received.get()).isZero();
    }
  }

  @Test
  void plainTextToAServerThatWantsTlsIsExplained() throws IOException {
    try (ScriptedServer server = tlsServer(ClientAuth.NONE);
        GanglionClient client = to(server).maxAttempts(1).build()) {
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.Unavailable.class)
          .hasMessageContaining("does the server want TLS?");
    }
  }

  @Test
  void tlsToAServerThatSpeaksPlainTextIsExplained() {
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER);
        GanglionClient client = to(server).trust(file("server.crt")).maxAttempts(1).build()) {
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.Unavailable.class)
          .hasMessageContaining("TLS failed: the server speaks plain text");
    }
  }

  @Test
  void aServerThatAsksForACertificateGetsIt() throws IOException {
    try (ScriptedServer server = tlsServer(ClientAuth.REQUIRE);
        GanglionClient known =
            to(server)
                .trust(file("server.crt"))
                .identity(file("client.crt"), file("client.key"))
                .build();
        GanglionClient unknown = to(server).trust(file("server.crt")).maxAttempts(1).build()) {
      assertThat(known.classify("a", "b").join().inputTokens()).isEqualTo(2);
      assertThatThrownBy(() -> unknown.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.Unavailable.class);
    }
  }

  @Test
  void everyCallCarriesTheTokenOfTheMomentAndPassesTheInterceptors() {
    AtomicInteger tokens = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    ServerBuilder<?> builder =
        Grpc.newServerBuilderForPort(0, io.grpc.InsecureServerCredentials.create())
            .intercept(new WantsToken());
    try (ScriptedServer server = new ScriptedServer(builder, (text, times) -> ANSWER, true);
        GanglionClient client =
            to(server)
                .bearerToken(() -> tokens.incrementAndGet() <= 1 ? "right" : "stale")
                .intercept(new Counter(calls))
                .build()) {
      assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
      assertThatThrownBy(() -> client.classify("a", "b").join())
          .hasCauseInstanceOf(GanglionException.Unauthenticated.class)
          .hasMessageContaining("authorization header")
          .hasMessageContaining("no such token");
      assertThat(calls).hasValue(2);
    }
  }

  private static final class WantsToken implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if ("Bearer right".equals(headers.get(AUTHORIZATION))) {
        return next.startCall(call, headers);
      }
      call.close(Status.UNAUTHENTICATED.withDescription("no such token"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private record Counter(AtomicInteger calls) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      calls.incrementAndGet();
      return next.newCall(method, options);
    }
  }
}
