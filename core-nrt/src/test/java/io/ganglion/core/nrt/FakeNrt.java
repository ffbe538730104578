package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fake {@code libnrt}, built by gcc once in each JVM. fake_nrt.c describes its settings and its
 * checks for misuse. Without gcc, tests that need it report that they did not run.
 */
public final class FakeNrt {
  private static final List<String> SOURCES =
      List.of(
          "fake_nrt.c",
          "fake_bert.c",
          "fake_hlo.c",
          "fake_math.c",
          "fake_nrt.h",
          "misuse.c",
          "fake-neuronx-cc");
  private static final Path FOLDER = build();

  private FakeNrt() {}

  /** The library, with default settings and counters at 0. */
  public static Path library() {
    assumeTrue(FOLDER != null, "gcc is not installed: nothing was run on the fake libnrt");
    Path library = FOLDER.resolve("libnrt.so.1");
    configure("");
    return library;
  }

  /** A library without the functions that later versions added; it has the default settings. */
  static Path oldLibrary() {
    library();
    return FOLDER.resolve("libnrt-old.so");
  }

  /** Replaces all settings and sets the counters to 0. */
  public static void configure(String settings) {
    function("fake_nrt_configure").invokeVoid(new Object[] {settings});
  }

  /** The value of a counter in fake_nrt.c. */
  public static long counter(String name) {
    return (Long) function("fake_nrt_counter").invoke(Long.class, new Object[] {name});
  }

  /** A fake neuronx-cc that writes NEFFs for this library. */
  public static Path neuronxCc() {
    library();
    Path script = FOLDER.resolve("fake-neuronx-cc");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /** A program that misuses the library on purpose. */
  static Path misuse() {
    library();
    return FOLDER.resolve("misuse");
  }

  private static Function function(String name) {
    return NativeLibrary.getInstance(FOLDER.resolve("libnrt.so.1").toString()).getFunction(name);
  }

  private static Path build() {
    try {
      Path folder = Files.createTempDirectory("fake-nrt");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      for (String source : SOURCES) {
        try (InputStream in = FakeNrt.class.getResourceAsStream("native/" + source)) {
          Files.copy(in, folder.resolve(source));
        }
      }
      List<String> flags =
          List.of("-std=gnu11", "-O3", "-march=native", "-Wall", "-Wextra", "-Werror");
      library(folder, flags, "libnrt.so.1", "-DNEW");
      library(folder, flags, "libnrt-old.so", "-DOLD");
      gcc(folder, flags, "-o", "misuse", "misuse.c", "-ldl", "-lpthread");
      return folder;
    } catch (NoCompiler e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void library(Path folder, List<String> flags, String name, String variant)
      throws IOException, NoCompiler {
    gcc(
        folder,
        flags,
        variant,
        "-fPIC",
        "-shared",
        "-fvisibility=hidden",
        "-Wl,-Bsymbolic", // two of them are loaded in one JVM
        "-o",
        name,
        "fake_nrt.c",
        "fake_bert.c",
        "fake_hlo.c",
        "fake_math.c",
        "-lm",
        "-lpthread");
  }

  private static void gcc(Path folder, List<String> flags, String... rest)
      throws IOException, NoCompiler {
    List<String> command = new ArrayList<>(List.of("gcc"));
    command.addAll(flags);
    command.addAll(List.of(rest));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new NoCompiler(e);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) {
    for (java.io.File file : folder.toFile().listFiles()) {
      file.delete();
    }
    folder.toFile().delete();
  }

  private static final class NoCompiler extends Exception {
    NoCompiler(Throwable cause) {
      super(cause);
    }
  }
}
