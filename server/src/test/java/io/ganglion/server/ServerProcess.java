package io.ganglion.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server in its own process, started like by {@code bin/server}. */
final class ServerProcess implements AutoCloseable {
  final Process process;
  final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Thread reader = new Thread(this::read);

  ServerProcess(Path artifact, String... more) throws IOException {
    this(List.of("-cp", System.getProperty("java.class.path")), artifact, more);
  }

  ServerProcess(List<String> jvmFlags, Path artifact, String... more) throws IOException {
    this(List.of(), jvmFlags, artifact, more);
  }

  /** A server with a limit of open files. */
  static ServerProcess limited(int files, Path artifact, String... more) throws IOException {
    return new ServerProcess(
        List.of("/bin/sh", "-c", "ulimit -n " + files + "; exec \"$@\"", "sh"),
        List.of("-cp", System.getProperty("java.class.path")),
        artifact,
        more);
  }

  private ServerProcess(List<String> before, List<String> jvmFlags, Path artifact, String... more)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(List.of(ServerMain.class.getName(), "--dir", artifact.toString()));
    command.addAll(List.of(more));
    command.addAll(command.contains("--port") ? List.of() : List.of("--port", "0"));
    command.addAll(
        command.contains("--metrics-port") ? List.of() : List.of("--metrics-port", "none"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE"); // as the launcher does
    process = builder.start();
    reader.start();
  }

  private void read() {
    try (BufferedReader input = process.inputReader()) {
      String line;
      while ((line = input.readLine()) != null) {
        synchronized (lines) {
          lines.add(line);
        }
        if (line.startsWith("ready on ")) {
          port.complete(Integer.valueOf(line.substring(line.lastIndexOf(':') + 1)));
        }
      }
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
    port.completeExceptionally(new IOException("the server ended: " + lines));
  }

  int port() throws Exception {
    return port.get(60, TimeUnit.SECONDS);
  }

  /** The port, if the server has one. Call it when the server is ready. */
  String metricsUrl() {
    return line("metrics on ");
  }

  /** Whether such a line was printed. */
  boolean printed(String text) {
    synchronized (lines) {
      return lines.stream().anyMatch(line -> line.contains(text));
    }
  }

  /** How many such lines were printed. */
  long count(String text) {
    synchronized (lines) {
      return lines.stream().filter(line -> line.contains(text)).count();
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would also close its output
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end");
    }
    reader.join();
    return process.exitValue();
  }

  /** The rest of the line that starts with {@code prefix}. */
  String line(String prefix) {
    synchronized (lines) {
      return lines.stream()
          .filter(line -> line.startsWith(prefix))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + prefix + " in " + lines))
          .substring(prefix.length());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
