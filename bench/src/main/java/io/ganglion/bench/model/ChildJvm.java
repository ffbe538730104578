package io.ganglion.bench.model;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts other programs of this distribution in their own JVM, like a user: with this JVM's class
 * path and one OpenMP thread that does not spin.
 */
public final class ChildJvm {
  /** The beginning of an error message of the compiler. */
  private static final String ERROR = "compiler: ";

  private static final List<String> PASSED_ON =
      List.of("org.bytedeco.", "jna.", "java.library.path");

  private ChildJvm() {}

  /**
   * Starts {@code mainClass}, with its errors in its output. It ends with this JVM, unless this JVM
   * is killed.
   */
  public static Process start(String mainClass, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Where the launcher found the native libraries, they are found again.
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> PASSED_ON.stream().anyMatch(name::startsWith))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // ONNX Runtime 1.29 crashes in a process whose command line is as long as a class path.
    builder.environment().put("CLASSPATH", absoluteClassPath());
    builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process;
  }

  /** Runs to the end. A failure's message contains its error or its last line. */
  static void run(String what, String mainClass, List<String> arguments)
      throws ModelException, InterruptedException {
    try {
      Process process = start(mainClass, arguments);
      process.getOutputStream().close();
      String last = "";
      try (var lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          boolean telling = !line.isBlank() && !last.startsWith(ERROR);
          last = telling || line.startsWith(ERROR) ? line.strip() : last;
        }
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new ModelException(what + " ended with exit code " + code + ": " + last);
      }
    } catch (IOException e) {
      throw new ModelException(what + " could not be run: " + e.getMessage(), e);
    }
  }

  private static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
