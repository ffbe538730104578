package io.ganglion.server.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts in network namespaces, joined by a bridge: number 0 is the client's, the others are
 * servers'. A link that is cut drops packets and closes nothing, as a lost machine does.
 */
final class Network implements AutoCloseable {
  private static final String SUBNET = "10.77.0.";
  private static final String SWITCH = "gng-switch";

  private final int hosts;
  private final Path resolver = Path.of("/etc/netns", name(0));

  private Network(int hosts) {
    this.hosts = hosts;
  }

  /** Whether this machine lets us make one. */
  static boolean possible() throws InterruptedException {
    try {
      ip("netns", "add", "gng-probe");
      ip("netns", "del", "gng-probe");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static Network of(int servers) throws IOException, InterruptedException {
    Network network = new Network(servers + 1);
    try {
      network.close(); // what a killed run has left
      network.make();
      return network;
    } catch (Throwable e) {
      network.close();
      throw e;
    }
  }

  private void make() throws IOException, InterruptedException {
    ip("netns", "add", SWITCH);
    ip("-n", SWITCH, "link", "add", "bridge", "type", "bridge");
    ip("-n", SWITCH, "link", "set", "bridge", "up");
    for (int host = 0; host < hosts; host++) {
      ip("netns", "add", name(host));
      ip(
          "-n",
          SWITCH,
          "link",
          "add",
          port(host),
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          name(host));
      ip("-n", SWITCH, "link", "set", port(host), "master", "bridge");
      ip("-n", SWITCH, "link", "set", port(host), "up");
      ip("-n", name(host), "link", "set", "eth0", "address", hardware(host));
      ip("-n", name(host), "addr", "add", address(host) + "/24", "dev", "eth0");
      ip("-n", name(host), "link", "set", "eth0", "up");
      ip("-n", name(host), "link", "set", "lo", "up");
    }
    for (int host = 1; host < hosts; host++) {
      // Else the client's kernel would soon say that nobody knows the way.
      ip(
          "-n",
          name(0),
          "neigh",
          "replace",
          address(host),
          "lladdr",
          hardware(host),
          "nud",
          "permanent",
          "dev",
          "eth0");
    }
    Files.createDirectories(resolver);
    Files.writeString(resolver.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
  }

  private static String hardware(int host) {
    return "02:00:00:00:00:0" + host;
  }

  static String address(int host) {
    return SUBNET + (host + 1);
  }

  /** Starts a program on a host. Its errors go to its output. */
  Process start(int host, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE"); // as the launcher does
    return builder.start();
  }

  /** Drops every packet from and to a host. */
  void cut(int host) throws IOException, InterruptedException {
    ip("-n", SWITCH, "link", "set", port(host), "down");
  }

  void mend(int host) throws IOException, InterruptedException {
    ip("-n", SWITCH, "link", "set", port(host), "up");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int host = 0; host < hosts; host++) {
      ipIfThere("netns", "del", name(host));
    }
    ipIfThere("netns", "del", SWITCH);
    Files.deleteIfExists(resolver.resolve("resolv.conf"));
    Files.deleteIfExists(resolver);
  }

  private static String name(int host) {
    return "gng-" + host;
  }

  private static String port(int host) {
    return "port" + host;
  }

  private static void ipIfThere(String... arguments) throws InterruptedException {
    try {
      ip(arguments);
    } catch (IOException e) {
      // It was not there, which is what is wanted.
    }
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** Runs a command of the system to its end, on no host. */
  static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
