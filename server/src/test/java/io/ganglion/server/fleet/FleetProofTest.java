package io.ganglion.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.Conditions;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five servers and a client of 300 requests a second, while all that may befall a fleet befalls it.
 * Prints a table of what the client met. Takes two minutes for each way of finding servers.
 */
@Tag("proof")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FleetProofTest {
  private static final int SERVERS = 5;
  private static final ModelDimensions TINY = new ModelDimensions(160, 128, 2, 32, 2, 2, 64);

  /** What a name server or a control plane takes to notice that a host has gone. */
  private static final int NOTICED_AFTER_SECONDS = 10;

  @TempDir private Path folder;

  private final List<Host> hosts = new ArrayList<>();
  private Network network;
  private Process client;
  private Writer commands;
  private BufferedReader answers;
  private Phase last;

  @ParameterizedTest
  @ValueSource(strings = {"dns", "xds"})
  void nothingIsLostWhateverBefallsAServer(String names) throws Exception {
    assumeTrue(Network.possible(), "this takes Linux, root and the ip command");
    try (Network made = Network.of(SERVERS)) {
      network = made;
      for (int i = 1; i <= SERVERS; i++) {
        hosts.add(new Host(network, i, versions(i)));
      }
      startClient(names);
      System.out.printf(
          "%-44s %6s %5s %9s %9s %9s %8s%n",
          "behind " + names, "sent", "lost", "p50 ms", "p99 ms", "max ms", "uneven");
      calm();
      rollingRestart();
      blackHole();
      stopped();
      killed();
      badModel();
      fullDisk();
      commands.close();
      assertThat(client.waitFor()).isZero();
    } finally {
      for (Host host : hosts) {
        host.kill();
      }
      if (client != null) {
        client.destroyForcibly();
      }
    }
  }

  private Path versions(int host) throws Exception {
    Path model = folder.resolve("model");
    if (Files.notExists(model)) {
      TestArtifacts.of(TINY).write(model);
    }
    Path versions = Files.createDirectories(folder.resolve("host-" + host));
    Files.createSymbolicLink(versions.resolve("1"), model);
    return versions;
  }

  private void startClient(String names) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As a service in a cluster sets them: names are looked up anew, not kept for good.
    command.addAll(List.of("-Dnetworkaddress.cache.ttl=1", "-Dsun.net.inetaddr.ttl=1"));
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FleetClient.class.getName(), names, folder.toString()));
    client = network.start(0, command);
    commands = client.outputWriter();
    answers = client.inputReader();
    name(hosts);
    line("loading");
  }

  private void calm() throws Exception {
    wait(5); // classes are loaded, code compiled
    phase("a start");
    wait(10);
    phase("nothing");
    evenly(SERVERS);
  }

  private void rollingRestart() throws Exception {
    for (Host host : hosts) {
      List<Host> others = hosts.stream().filter(one -> one != host).toList();
      name(others); // a pod that ends leaves the service at once
      host.terminate();
      host.start();
      name(hosts);
    }
    phase("all five restarted in turn");
    within(3000);
    wait(6);
    phase("the 6 s after it");
    wait(5);
    phase("5 s later");
    evenly(SERVERS);
  }

  private void blackHole() throws Exception {
    Host gone = hosts.get(1);
    network.cut(gone.number);
    wait(NOTICED_AFTER_SECONDS);
    name(hosts.stream().filter(one -> one != gone).toList());
    wait(5);
    phase("a host's packets are dropped for 15 s");
    within(20_000);
    network.mend(gone.number);
    name(hosts);
    wait(5);
    phase("it is back");
    wait(5);
    phase("5 s later");
    within(3000);
  }

  private void stopped() throws Exception {
    Host slow = hosts.get(2);
    slow.signal("STOP");
    wait(10);
    slow.signal("CONT");
    phase("a server is stopped for 10 s");
    within(20_000);
    wait(5);
    phase("5 s later");
    within(3000);
  }

  private void killed() throws Exception {
    Host dead = hosts.get(3);
    dead.kill();
    wait(5);
    phase("a server is killed");
    within(3000);
    dead.start();
    wait(5);
    phase("5 s after its start");
    within(3000);
  }

  private void badModel() throws Exception {
    Host host = hosts.get(4);
    Path bad = folder.resolve("bad");
    TestArtifacts.of(TINY).seed(7).write(bad);
    Path weights = bad.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 0x55;
    Files.write(weights, bytes);
    Files.move(bad, folder.resolve("host-5").resolve("2"));
    Conditions.await(() -> host.said().stream().anyMatch(line -> line.contains("2")));
    wait(5);
    phase("a server is given a broken model");
    within(3000);
    evenly(SERVERS);
  }

  private void fullDisk() throws Exception {
    Path small = Files.createDirectories(folder.resolve("small"));
    Network.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString());
    try {
      Files.createSymbolicLink(folder.resolve("host-1").resolve("2"), small.resolve("model"));
      Files.createDirectory(small.resolve("model"));
      fill(small.resolve("model").resolve("manifest.json"));
      wait(5);
      phase("a server's disk is full, a version half copied");
      within(3000);
      evenly(SERVERS);
    } finally {
      Network.run("umount", small.toString());
    }
  }

  private static void fill(Path file) {
    try {
      Files.write(file, new byte[1 << 20]);
      throw new AssertionError("the disk is not full");
    } catch (IOException e) {
      // As it should be.
    }
  }

  private static void wait(int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds); // the plan of the test, not a wait for something
  }

  private void name(List<Host> now) throws IOException {
    commands.write(
        now.stream().map(Host::address).collect(Collectors.joining(" ", "servers ", "\n")));
    commands.flush();
  }

  private void phase(String title) throws IOException {
    commands.write("phase\n");
    commands.flush();
    last = Phase.parse(line("phase"));
    System.out.printf(
        Locale.ROOT,
        "%-44s %6d %5d %9.1f %9.1f %9.1f %7.1f%% %s%n",
        title,
        last.sent(),
        last.lost(),
        last.p50Ms(),
        last.p99Ms(),
        last.maxMs(),
        100 * last.unevenness(),
        last.byServer());
    assertThat(last.wrong()).isZero();
    assertThat(last.lost()).as(title).isZero();
  }

  private void within(double mostMs) {
    assertThat(last.p99Ms()).isLessThan(mostMs);
  }

  private void evenly(int servers) {
    assertThat(last.byServer()).hasSize(servers);
    assertThat(last.unevenness()).isLessThan(0.1);
  }

  private String line(String start) throws IOException {
    String line;
    while ((line = answers.readLine()) != null) {
      if (line.startsWith(start)) {
        return line;
      }
      System.out.println("client: " + line);
    }
    throw new AssertionError("the client has ended");
  }
}
