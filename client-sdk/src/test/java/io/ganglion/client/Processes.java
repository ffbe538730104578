package io.ganglion.client;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the processes of a proof. Their output goes to files under {@code target}. */
final class Processes {
  private Processes() {}

  /** Runs a class of the tests in its own JVM. */
  static Process java(List<String> flags, Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return start(new ProcessBuilder(command), main.getSimpleName() + "-" + args[0]);
  }

  static Process start(ProcessBuilder builder, String name) throws IOException {
    return builder
        .redirectErrorStream(true)
        .redirectOutput(new File("target", name + ".log"))
        .start();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
