package io.ganglion.compiler.savedmodel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.compiler.CompileException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process in which TensorFlow runs other people's models. One serves all models of this
 * process, as a start takes a second; when a model has ended it, the next model gets another. It
 * ends with this process. Thread-safe.
 */
final class TensorFlowChild {
  /** TensorFlow follows a graph by recursion; the longest chain that is let through needs 20 MB. */
  private static final String STACK = "-Xss64m";

  private static final long DEATH_SECONDS = 10;
  private static final List<String> PASSED_ON =
      List.of("org.bytedeco.", "jna.", "java.io.tmpdir", "java.library.path");

  private static final Object LOCK = new Object();

  @GuardedBy("LOCK")
  private static @Nullable TensorFlowChild last;

  private final Process process;

  @GuardedBy("this")
  private final DataOutputStream out;

  @GuardedBy("this")
  private final DataInputStream in;

  @GuardedBy("this")
  private int numbers;

  private TensorFlowChild(Process process) {
    this.process = process;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
  }

  /** What is written to the process. */
  @FunctionalInterface
  interface Request {
    void write(DataOutputStream out) throws IOException;
  }

  /** What is read from the process when it has done what it was asked. */
  @FunctionalInterface
  interface Answer<T> {
    T read(DataInputStream in) throws IOException;
  }

  /** The one that runs, or a new one. */
  static TensorFlowChild running() throws CompileException {
    synchronized (LOCK) {
      TensorFlowChild found = last;
      if (found == null || !found.process.isAlive()) {
        found = new TensorFlowChild(start());
        last = found;
      }
      return found;
    }
  }

  private static Process start() throws CompileException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m");
    command.addAll(
        List.of(
            STACK,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            // The JVM's report of a crash must not mix with answers.
            "-XX:+DisplayVMOutputToStderr",
            "-XX:ErrorFile=" + ProcessDeath.report("%p")));
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> PASSED_ON.stream().anyMatch(name::startsWith))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), TensorFlowMain.class.getName()));
    try {
      return new ProcessBuilder(command)
          .redirectError(TensorFlowProcess.SHOW ? Redirect.INHERIT : Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new CompileException(
          "The process in which TensorFlow runs cannot be started: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  synchronized int nextNumber() {
    return numbers++;
  }

  /**
   * Asks for one thing and waits for it.
   *
   * @param doing what TensorFlow does then, "loaded the model x", to be named if it dies of it
   */
  synchronized <T> T ask(String doing, Request request, Answer<T> answer) throws CompileException {
    try {
      request.write(out);
      out.flush();
      byte outcome = in.readByte();
      if (outcome == RunnerMessages.REFUSED) {
        throw new CompileException(RunnerMessages.readText(in));
      }
      if (outcome != RunnerMessages.DONE) {
        throw new IOException("The answer begins with " + outcome + ".");
      }
      return answer.read(in);
    } catch (IOException e) {
      throw new CompileException("TensorFlow died while it " + doing + ": " + death(), e);
    }
  }

  private String death() {
    try {
      if (process.waitFor(DEATH_SECONDS, TimeUnit.SECONDS)) {
        return ProcessDeath.of(process.exitValue(), process.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return "it no longer answers.";
  }

  /** Frees a model. */
  synchronized void forget(int number) {
    try {
      RunnerMessages.writeClose(out, number);
      out.flush();
    } catch (IOException e) {
      // The process has ended, and the model with it.
      process.destroy();
    }
  }
}
