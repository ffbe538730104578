package io.ganglion.flink;

import io.ganglion.server.ServerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server in a JVM of its own, on a free port. Called by one thread. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final String target;

  private ServerProcess(Process process, String target) {
    this.process = process;
    this.target = target;
  }

  /** Starts it and waits until it is ready. */
  static ServerProcess start(Path artifact) throws IOException {
    return start(artifact, 0);
  }

  static ServerProcess start(Path artifact, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName(),
                "--dir",
                artifact.toString(),
                "--port",
                Integer.toString(port),
                "--metrics-port",
                "none"));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready on ")) {
        Thread drain = new Thread(() -> output.lines().forEach(more -> {}));
        drain.setDaemon(true);
        drain.start();
        return new ServerProcess(process, line.substring("ready on ".length()));
      }
      said.append(line).append('\n');
    }
    throw new IOException("the server did not start; it said: " + said);
  }

  /** Where it listens, {@code host:port}. */
  String target() {
    return target;
  }

  /** Ends it at once, as a machine that is lost does. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
