package io.ganglion.bench.measure;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of our own in a JVM of its own, over a folder of versions. Called by one thread. */
final class ServerProcess implements AutoCloseable {
  private static final String SERVER = "io.ganglion.server.ServerMain";
  private static final Pattern READY = Pattern.compile("ready on .*:(\\d+)");
  private static final Pattern SWAPPED = Pattern.compile("version_(swapped|refused.*)");

  private final Path versions; // deleted when this JVM ends
  private final Process process;
  private final BufferedReader output;
  private final int port;

  private ServerProcess(Path versions, Process process) throws EngineException {
    this.versions = versions;
    this.process = process;
    this.output = process.inputReader();
    try {
      port = Integer.parseInt(await(READY).group(1));
    } catch (IOException e) {
      close();
      throw new EngineException("The server did not become ready", e);
    }
  }

  /**
   * Starts it with an artifact and waits until it is ready. It ends with this JVM, if not before.
   *
   * @param flags those that matter to its speed
   */
  static ServerProcess start(Path artifact, List<String> flags) throws EngineException {
    List<String> arguments = new ArrayList<>(flags);
    try {
      Path versions = Files.createTempDirectory("ganglion-bench-versions");
      versions.toFile().deleteOnExit();
      link(versions, 1, artifact);
      arguments.addAll(List.of("--dir", versions.toString(), "--version-interval", "1s"));
      arguments.addAll(List.of("--port", "0", "--metrics-port", "none"));
      Process process = ChildJvm.start(SERVER, arguments);
      return new ServerProcess(versions, process);
    } catch (IOException e) {
      throw new EngineException("The server could not be started", e);
    }
  }

  private static void link(Path versions, int number, Path artifact) throws IOException {
    Path link = versions.resolve(Integer.toString(number));
    Files.createSymbolicLink(link, artifact.toAbsolutePath().normalize());
    link.toFile().deleteOnExit();
  }

  int port() {
    return port;
  }

  double processorSeconds() {
    return ProcessorTime.seconds(process.toHandle());
  }

  /** Lets it serve another artifact, waits until it does, and reads its output no more. */
  void swapTo(Path artifact) throws EngineException {
    try {
      link(versions, 2, artifact);
      String outcome = await(SWAPPED).group(1);
      if (!outcome.equals("swapped")) {
        throw new IOException(outcome);
      }
    } catch (IOException e) {
      throw new EngineException("The server did not take " + artifact, e);
    }
    drain(output);
  }

  private Matcher await(Pattern wanted) throws IOException {
    String last = "";
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.find()) {
        return matcher;
      }
      last = line;
    }
    throw new IOException("it ended with: " + last);
  }

  /** Its later lines are of no use here, but a full pipe would stop it. */
  private static void drain(BufferedReader output) {
    Thread drain =
        new Thread(
            () -> {
              try (output) {
                while (output.readLine() != null) {
                  // read on
                }
              } catch (IOException e) {
                // The server has ended.
              }
            },
            "server-output");
    drain.setDaemon(true);
    drain.start();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
