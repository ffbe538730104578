package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests replacing certificates and tokens while the server runs. */
@Timeout(60)
class ReloadTest {
  @TempDir private Path folder;

  private static TestServer start(Optional<TlsFiles> tls, Optional<Path> token) throws Exception {
    return new TestServer(
        Requests.scheduler(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        new NetworkConfig(
            "127.0.0.1",
            0,
            4 << 20,
            NetworkConfig.INFLATED_BYTES,
            ConnectionLimits.of(100),
            tls,
            token));
  }

  /** Replaces a file atomically, as a careful operator does. */
  private void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void replace(Path file, Path content) throws IOException {
    replace(file, Files.readString(content));
  }

  /** Calls over a new connection, because open ones keep the certificates of their handshake. */
  private static boolean serves(TestServer server, TlsChannelCredentials.Builder credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", server.endpoint.port(), credentials.build())
            .build();
    try {
      PairClassifierGrpc.newBlockingStub(channel).classify(TestServer.pair(60));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean trusts(TestServer server, Path authority) throws IOException {
    return serves(server, TlsChannelCredentials.newBuilder().trustManager(authority.toFile()));
  }

  private static boolean bears(TestServer server, String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    try {
      server
          .blocking()
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .classify(TestServer.pair(60));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Test
  void itIsToldWhenTheCertificatesInForceExpire() throws Exception {
    TestIdentity own = TestIdentity.create(folder, "server");
    TestIdentity client = TestIdentity.create(folder, "client");
    TlsFiles files = new TlsFiles(own.certificate(), own.key(), Optional.of(client.certificate()));
    Instant now = Instant.now();
    try (TestServer server = start(Optional.of(files), Optional.empty())) {
      // keytool's certificates hold for 90 days
      assertThat(server.events.expiries)
          .containsOnlyKeys("server.crt", "client.crt")
          .allSatisfy(
              (file, expiry) ->
                  assertThat(Duration.between(now, expiry)).isBetween(days(89), days(91)));
    }
  }

  private static Duration days(int count) {
    return Duration.ofDays(count);
  }

  @Test
  void aNewCertificateIsShownToNewConnectionsAndABrokenOneIsNot() throws Exception {
    TestIdentity old = TestIdentity.create(folder, "old");
    TestIdentity next = TestIdentity.create(folder, "new");
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    replace(certificate, old.certificate());
    replace(key, old.key());
    TlsFiles files = new TlsFiles(certificate, key, Optional.empty());
    try (TestServer server = start(Optional.of(files), Optional.empty())) {
      FileReloader reloader = server.endpoint.reloader();
      assertThat(trusts(server, old.certificate())).isTrue();

      replace(certificate, next.certificate()); // the key is not yet replaced
      reloader.look();
      assertThat(trusts(server, old.certificate())).isTrue();
      assertThat(server.events.reloads).hasSize(1);
      assertThat(server.events.reloads.get(0)).contains("is not that of the certificate");

      replace(key, next.key());
      reloader.look();
      assertThat(trusts(server, next.certificate())).isTrue();
      assertThat(trusts(server, old.certificate())).isFalse();

      replace(certificate, "nothing of use");
      reloader.look();
      reloader.look(); // is reported once
      assertThat(trusts(server, next.certificate())).isTrue();
      assertThat(server.events.reloads).hasSize(3);
      assertThat(server.events.reloads.get(1)).isEqualTo("used server.crt");
      assertThat(server.events.reloads.get(2)).startsWith("refused server.crt: ");
    }
  }

  @Test
  void aNewAuthorityLetsOtherClientsIn() throws Exception {
    TestIdentity own = TestIdentity.create(folder, "server");
    TestIdentity first = TestIdentity.create(folder, "first");
    TestIdentity second = TestIdentity.create(folder, "second");
    Path authority = folder.resolve("authority.crt");
    replace(authority, first.certificate());
    TlsFiles files = new TlsFiles(own.certificate(), own.key(), Optional.of(authority));
    try (TestServer server = start(Optional.of(files), Optional.empty())) {
      assertThat(serves(server, presenting(own, first))).isTrue();
      assertThat(serves(server, presenting(own, second))).isFalse();
      replace(authority, second.certificate());
      server.endpoint.reloader().look();
      assertThat(serves(server, presenting(own, second))).isTrue();
      assertThat(serves(server, presenting(own, first))).isFalse();
    }
  }

  private static TlsChannelCredentials.Builder presenting(TestIdentity server, TestIdentity client)
      throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(server.certificate().toFile())
        .keyManager(client.certificate().toFile(), client.key().toFile());
  }

  @Test
  void aNewTokenIsWantedAndAnEmptyFileChangesNothing() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "old\n");
    try (TestServer server = start(Optional.empty(), Optional.of(token))) {
      assertThat(bears(server, "old")).isTrue();
      replace(token, "new\n");
      server.endpoint.reloader().look();
      assertThat(bears(server, "new")).isTrue();
      assertThat(bears(server, "old")).isFalse();
      replace(token, "");
      server.endpoint.reloader().look();
      assertThat(bears(server, "new")).isTrue();
      Files.delete(token);
      server.endpoint.reloader().look();
      server.endpoint.reloader().look(); // is reported once
      assertThat(bears(server, "")).isFalse();
      assertThat(bears(server, "new")).isTrue();
      assertThat(server.events.reloads).hasSize(3);
      assertThat(server.events.reloads.get(1)).contains("refused token: ").contains("is empty");
      assertThat(server.events.reloads.get(2)).contains("refused token: ", "There is no file");
    }
  }

  @Test
  void changesAreSeenWithoutBeingAskedFor() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "old");
    try (TestServer server = start(Optional.empty(), Optional.of(token))) {
      replace(token, "new");
      Conditions.await(() -> server.events.reloads.contains("used token"));
      assertThat(bears(server, "new")).isTrue();
    }
  }

  @Test
  void aMissingTokenFileKeepsTheServerFromStarting() {
    assertThatThrownBy(() -> start(Optional.empty(), Optional.of(folder.resolve("none"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The token file cannot be used: There is no file");
  }

  @Test
  void eachTokenOfTheFileLetsItsBearersIn() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "old\r\n\n  new  \n");
    try (TestServer server = start(Optional.empty(), Optional.of(token))) {
      assertThat(bears(server, "old")).isTrue();
      assertThat(bears(server, "new")).isTrue();
      assertThat(bears(server, "old\nnew")).isFalse();
      assertThat(bears(server, "")).as("a blank line is no token").isFalse();
      replace(token, "two words");
      server.endpoint.reloader().look();
      assertThat(server.events.reloads.get(0)).contains("token, line 1: a token is one word");
      assertThat(bears(server, "new")).isTrue();
    }
  }

  @Test
  void aPipeIsReadOnceAndWhatItSaidStaysInForce() throws Exception {
    Path pipe = pipe("pipe");
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              try {
                Files.writeString(pipe, "secret\n");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try (TestServer server = start(Optional.empty(), Optional.of(pipe))) {
      written.get(30, TimeUnit.SECONDS);
      server.endpoint.reloader().look(); // opening it again would wait for a writer
      assertThat(bears(server, "secret")).isTrue();
      assertThat(bears(server, "other")).isFalse();
    }
  }

  @Test
  void aFileThatBecomesAPipeDoesNotHoldUpTheOthers() throws Exception {
    TestServer.Events events = new TestServer.Events();
    Path token = Files.writeString(folder.resolve("token"), "first");
    Path other = Files.writeString(folder.resolve("other"), "first");
    List<String> loaded = new CopyOnWriteArrayList<>();
    try (FileReloader reloader = new FileReloader(events, InstantSource.system())) {
      reloader.watch(List.of(token), contents -> {});
      reloader.watch(List.of(other), contents -> loaded.add(new String(contents.get(0), UTF_8)));
      Files.move(pipe("pipe"), token, StandardCopyOption.REPLACE_EXISTING);
      replace(other, "second");
      reloader.look();
      assertThat(loaded).containsExactly("first", "second");
      assertThat(events.reloads.toString()).contains("token is no regular file any more");
    }
  }

  private Path pipe(String name) throws Exception {
    Path pipe = folder.resolve(name);
    int code;
    try {
      code = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (IOException e) {
      code = -1;
    }
    assumeTrue(code == 0, "mkfifo makes no pipes here");
    return pipe;
  }

  @Test
  void aHugeFileIsRefusedInASentenceAndAnotherIsReadAfterIt() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "first");
    try (TestServer server = start(Optional.empty(), Optional.of(token))) {
      Path huge = folder.resolve("huge");
      try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
        sparse.setLength(3L << 30);
      }
      Files.move(huge, token, StandardCopyOption.REPLACE_EXISTING);
      server.endpoint.reloader().look();
      assertThat(server.events.reloads.get(0)).contains("refused token", "larger than 65536 bytes");
      assertThat(bears(server, "first")).isTrue();
      assertThatThrownBy(() -> start(Optional.empty(), Optional.of(token)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("larger than 65536 bytes");
      replace(token, "third");
      server.endpoint.reloader().look();
      assertThat(bears(server, "third")).isTrue();
    }
  }

  @Test
  void theLastLookThatFoundAllInOrderIsTold() throws Exception {
    TestServer.Events events = new TestServer.Events();
    Path token = Files.writeString(folder.resolve("token"), "first");
    AtomicLong now = new AtomicLong(100);
    InstantSource clock = () -> Instant.ofEpochSecond(now.get());
    try (FileReloader reloader = new FileReloader(events, clock)) {
      reloader.watch(
          List.of(token),
          contents -> {
            if (contents.get(0).length == 0) {
              throw new IOException("is empty");
            }
          });
      now.set(200);
      reloader.look();
      assertThat(events.inForce.get("token").getEpochSecond()).isEqualTo(200);
      replace(token, "");
      now.set(300);
      reloader.look();
      reloader.look();
      assertThat(events.inForce.get("token").getEpochSecond()).isEqualTo(200);
      replace(token, "second");
      reloader.look();
      assertThat(events.inForce.get("token").getEpochSecond()).isEqualTo(300);
    }
  }

  @Test
  void anErrorWhileAFileIsReadDoesNotEndReloading() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "first");
    TestServer.Events events = new TestServer.Events();
    List<String> loaded = new CopyOnWriteArrayList<>();
    try (FileReloader reloader = new FileReloader(events, InstantSource.system())) {
      reloader.watch(
          List.of(token),
          contents -> {
            String text = new String(contents.get(0), UTF_8);
            if (text.equals("large")) {
              throw new OutOfMemoryError("Java heap space");
            }
            loaded.add(text);
          });
      replace(token, "large");
      Conditions.await(() -> events.reloads.size() == 1);
      assertThat(events.reloads.get(0)).contains("refused token", "Java heap space");
      replace(token, "third");
      Conditions.await(() -> loaded.contains("third"));
    }
  }
}
