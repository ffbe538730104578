package io.ganglion.compiler.backend.neuron;

import com.google.common.base.Splitter;
import io.ganglion.compiler.CompileException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the vendor's compiler on this machine, asks for its version and runs it. Thread-safe. */
final class VendorCompiler {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(60);
  private static final int LAST_LINES = 12;
  private static final int LAST_BYTES = 16 << 10;

  private final Path executable;

  private VendorCompiler(Path executable) {
    this.executable = executable;
  }

  /**
   * The compiler at {@code explicit}, or else the one with that name in the folders of {@code
   * searchPath}.
   */
  static VendorCompiler find(String name, Optional<Path> explicit, @Nullable String searchPath)
      throws CompileException {
    if (explicit.isPresent()) {
      Path path = explicit.get().toAbsolutePath();
      if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
        throw new CompileException(path + " is no program that can be run: name " + name + ".");
      }
      return new VendorCompiler(path);
    }
    for (String folder :
        Splitter.on(File.pathSeparatorChar)
            .omitEmptyStrings()
            .split(searchPath == null ? "" : searchPath)) {
      Path path = Path.of(folder).resolve(name).toAbsolutePath();
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return new VendorCompiler(path);
      }
    }
    throw new CompileException(
        name
            + " is not on the PATH: install the Neuron compiler (it needs no device) or say where"
            + " it is.");
  }

  Path executable() {
    return executable;
  }

  /** The first line that it prints for {@code --version}, or its name if it prints nothing. */
  String version(Path folder) throws CompileException, InterruptedException {
    String name = String.valueOf(executable.getFileName());
    Path answer = folder.resolve("version.tmp");
    try {
      int status = run(List.of("--version"), folder, answer, VERSION_TIMEOUT);
      String line = end(answer).strip().lines().findFirst().orElse("");
      Files.delete(answer);
      return status == 0 && !line.isEmpty() ? line : name;
    } catch (TimedOut e) {
      return name;
    } catch (IOException e) {
      throw new CompileException("Cannot read " + answer + ": " + e, e);
    }
  }

  /** Thrown for a run that took too long and was ended. */
  static final class TimedOut extends Exception {
    private static final long serialVersionUID = 1L;

    TimedOut(Duration timeout) {
      super("was ended after " + timeout.toSeconds() + " s");
    }
  }

  /**
   * Runs it in {@code folder}, with both outputs written to {@code log}. If it takes too long or
   * the caller is interrupted, it gets SIGINT, and a second later SIGKILL.
   *
   * @return its exit status
   */
  int run(List<String> arguments, Path folder, Path log, Duration timeout)
      throws CompileException, TimedOut, InterruptedException {
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(arguments);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
    } catch (IOException e) {
      throw new CompileException("Cannot run " + executable + ": " + e.getMessage(), e);
    }
    // If we are ended, end the compiler too: nobody would wait for it.
    Thread hook = new Thread(() -> end(process), "end-compiler");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        end(process);
        throw new TimedOut(timeout);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      end(process);
      throw e;
    } finally {
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook is running.
      return;
    }
  }

  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    try {
      // Java has no way to send SIGINT itself.
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException | InterruptedException e) {
      // There is no kill command, or this thread is interrupted: kill the process below.
    }
    List<ProcessHandle> left = Stream.concat(all.stream(), process.descendants()).toList();
    left.forEach(ProcessHandle::destroyForcibly);
    // Wait until it is gone, because its folder is deleted next.
    CompletableFuture.allOf(
            left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** The last lines of a log, for an error message. */
  static String lastLines(Path log) {
    List<String> lines;
    try {
      lines = end(log).lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      return "(it cannot be read: " + e + ")";
    }
    int from = Math.max(0, lines.size() - LAST_LINES);
    return String.join("\n", lines.subList(from, lines.size()));
  }

  /** The last bytes of a file, because a log may be long. */
  private static String end(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      byte[] last = new byte[(int) Math.min(LAST_BYTES, bytes.length())];
      bytes.seek(bytes.length() - last.length);
      bytes.readFully(last);
      return new String(last, StandardCharsets.ISO_8859_1);
    }
  }
}
