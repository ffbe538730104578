package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.client.Conditions;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.batch.Requests;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and tokens that are replaced while the server runs. */
@Timeout(60)
class ReloadTest {
  @TempDir private Path folder;

  private static TestServer start(Optional<TlsFiles> tls, Optional<Path> token) throws Exception {
    return new TestServer(
        Requests.engine(2, 1_000),
        new WireLimits(65_536, 16, 500, 1_000),
        new NetworkConfig("127.0.0.1", 0, 4 << 20, 100, 100, tls, token));
  }

  /** As a careful operator does it: nobody ever sees half a file. */
  private void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void replace(Path file, Path content) throws IOException {
    replace(file, Files.readString(content));
  }

  /** Over a connection of its own, for those that are open keep what they have shaken hands on. */
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

      replace(certificate, next.certificate()); // and not yet its key
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
      server.endpoint.reloader().look(); // as empty as before: nothing has changed
      assertThat(bears(server, "")).isFalse();
      assertThat(server.events.reloads).hasSize(2);
      assertThat(server.events.reloads.get(1)).contains("refused token: ").contains("is empty");
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
        .hasMessageContaining("There is no token file");
  }

  @Test
  void anErrorWhileAFileIsReadDoesNotEndReloading() throws Exception {
    Path token = folder.resolve("token");
    replace(token, "first");
    TestServer.Events events = new TestServer.Events();
    List<String> loaded = new CopyOnWriteArrayList<>();
    try (FileReloader reloader = new FileReloader(events)) {
      reloader.watch(
          List.of(token),
          () -> {
            String text = Files.readString(token);
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
