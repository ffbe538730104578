package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TargetsTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:1, localhost, 1, localhost:1",
    "localhost, localhost, 60061, localhost:60061",
    "[::1]:8080, [::1], 8080, [::1]:8080",
    "[::1], [::1], 60061, [::1]:60061",
    "[fe80::1%eth0]:80, [fe80::1%eth0], 80, [fe80::1]:80",
    "my_bert_server:65535, my_bert_server, 65535, my_bert_server",
    "127.0.0.1, 127.0.0.1, 60061, 127.0.0.1:60061",
  })
  void aServerIsAHostAndAPort(String text, String host, int port, String authority) {
    HostPort server = HostPort.parse(text);
    assertThat(server).isEqualTo(new HostPort(host, port));
    assertThat(server.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "host:",
        "host:0",
        "host:65536",
        "host:x",
        "::1",
        "::1:80",
        "a b:1",
        "a:1,b:2",
        "host:1/path",
        "[::1",
        "[::1]80",
        "user@host:1",
        "[host]:1"
      })
  void whatIsNoServerIsRefusedInASentence(String text) {
    assertThatThrownBy(() -> GanglionClient.builder().target(text).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port or [IPv6 address]:port")
        .hasMessageEndingWith(": " + text);
    assertThatThrownBy(() -> GanglionClient.builder().target("a:1", text).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameForDnsWithoutAPortMeansOurs() {
    int port = HostPort.DEFAULT_PORT;
    try (ScriptedServer server = at("127.0.0.1", port)) {
      for (String target : new String[] {"localhost", "dns:///localhost"}) {
        try (GanglionClient client = GanglionClient.builder().target(target).build()) {
          assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
        }
      }
      assertThat(server.received).hasValue(2);
    }
  }

  @Test
  void aNameWithAnUnderscoreIsConnectedTo() {
    assumeTrue(
        System.getProperty("jdk.net.hosts.file") != null,
        "names are not resolved by the tests' own hosts file here");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      String name = "my_bert_server:" + server.port();
      for (String[] targets : new String[][] {{name}, {"dns:///" + name}, {name, name}}) {
        try (GanglionClient client = GanglionClient.builder().target(targets).build()) {
          assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void anIpv6AddressIsConnectedTo() {
    try (ScriptedServer server = at("::1", 0)) {
      String address = "[::1]:" + server.port();
      for (String[] targets :
          new String[][] {{address}, {"dns:///" + address}, {address, address}}) {
        try (GanglionClient client = GanglionClient.builder().target(targets).build()) {
          assertThat(client.classify("a", "b").join().inputTokens()).isEqualTo(2);
        }
      }
    }
  }

  private static ScriptedServer at(String address, int port) {
    try {
      return new ScriptedServer(
          NettyServerBuilder.forAddress(new InetSocketAddress(address, port)),
          (text, times) -> ANSWER,
          true);
    } catch (UncheckedIOException e) {
      return abort("this machine has no free " + address + ": " + e.getMessage());
    }
  }
}
