package io.ganglion.server.fleet;

import io.ganglion.server.ServerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A host of the network and the server that runs there, as often as it is started. */
final class Host {
  final int number;
  private final Network network;
  private final Path artifact;
  private Process process;
  private Thread reader;
  private final List<String> lines = new ArrayList<>();

  Host(Network network, int number, Path artifact) throws Exception {
    this.network = network;
    this.number = number;
    this.artifact = artifact;
    start();
  }

  String address() {
    return Network.address(number);
  }

  /** Returns when the server is ready. */
  void start() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ServerMain.class.getName(), "--dir", artifact.toString()));
    command.addAll(List.of("--host", "0.0.0.0", "--port", "" + FleetClient.PORT));
    command.addAll(List.of("--metrics-port", "none", "--parallel", "1"));
    command.addAll(List.of("--drain-delay", "1s", "--version-interval", "1s"));
    process = network.start(number, command);
    CompletableFuture<String> ready = new CompletableFuture<>();
    BufferedReader output = process.inputReader();
    reader = new Thread(() -> read(output, ready), "host-" + number);
    reader.setDaemon(true);
    reader.start();
    ready.get(60, TimeUnit.SECONDS);
  }

  private void read(BufferedReader output, CompletableFuture<String> ready) {
    try {
      String line;
      while ((line = output.readLine()) != null) {
        synchronized (lines) {
          lines.add(line);
        }
        if (line.startsWith("ready on ")) {
          ready.complete(line);
        }
      }
    } catch (IOException e) {
      // The server has been killed.
    }
    ready.completeExceptionally(new IOException("a server ended before it was ready: " + said()));
  }

  List<String> said() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  /** Ends as in a rolling restart, and returns when it has. */
  void terminate() throws IOException, InterruptedException {
    signal("TERM");
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("a server does not end as it should: " + said());
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
