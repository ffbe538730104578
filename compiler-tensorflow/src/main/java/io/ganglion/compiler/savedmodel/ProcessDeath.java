package io.ganglion.compiler.savedmodel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What TensorFlow's process died of, in words: from its exit code and the JVM's report. */
final class ProcessDeath {
  /** The line of the report with the signal: {@code # SIGSEGV (0xb) at pc=...}. */
  private static final Pattern SIGNAL = Pattern.compile("#\\s+SIG[A-Z]+ \\(0x([0-9a-f]+)\\).*");

  /** The JVM's exit code after a crash that writes no core. */
  private static final int CRASHED = 1;

  /** The JVM's, with ExitOnOutOfMemoryError. */
  private static final int OUT_OF_HEAP = 3;

  /** A shell and the JVM add it to the number of the signal. */
  private static final int SIGNALS = 128;

  private ProcessDeath() {}

  /** Where the JVM of this process number reports its crash. */
  static Path report(String pid) {
    return Path.of(System.getProperty("java.io.tmpdir"), "ganglion-tensorflow-" + pid + ".log");
  }

  /** What a process died of; deletes its report. */
  static String of(int exitCode, long pid) {
    int signal = exitCode == CRASHED ? reportedSignal(report(String.valueOf(pid))) : 0;
    return of(signal > 0 ? SIGNALS + signal : exitCode);
  }

  /** 0 if there is no report or no signal in it. */
  private static int reportedSignal(Path report) {
    try {
      List<String> lines = Files.readAllLines(report, StandardCharsets.ISO_8859_1);
      Files.delete(report);
      for (String line : lines) {
        Matcher matcher = SIGNAL.matcher(line);
        if (matcher.matches()) {
          return Integer.parseInt(matcher.group(1), 16);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
    return 0;
  }

  static String of(int exitCode) {
    return switch (exitCode) {
      case OUT_OF_HEAP ->
          "it needs more than its heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB; the model is damaged, or needs a larger one (GANGLION_JAVA_OPTS=-Xmx...).";
      case SIGNALS + 4 -> "signal 4, an instruction that this processor does not have.";
      case SIGNALS + 6 -> damaged("signal 6, it gave up");
      case SIGNALS + 7 -> damaged("signal 7, a file has become shorter while it was read");
      case SIGNALS + 8 -> damaged("signal 8, a division by zero");
      case SIGNALS + 9 ->
          "signal 9, it was killed from outside, most likely as the machine has too little memory.";
      case SIGNALS + 11 -> damaged("signal 11, a fault in memory");
      case SIGNALS + 15 -> "signal 15, it was ended from outside.";
      default ->
          exitCode > SIGNALS
              ? "signal " + (exitCode - SIGNALS) + "."
              : damaged("it ended with exit code " + exitCode);
    };
  }

  private static String damaged(String how) {
    return how + "; the model is damaged or meets a fault of TensorFlow: export it again.";
  }
}
