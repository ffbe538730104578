package io.ganglion.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the script that starts each program, with a program that prints its arguments. */
@Timeout(60)
class LauncherTest {
  private static final Path SCRIPT = Path.of("..", "build", "launcher.sh");
  private static final String JAVA_HOME = System.getProperty("java.home");

  @TempDir private Path folder;

  private record Ended(int code, String output) {}

  /** A distribution like those of the build: bin/echo, and lib with one jar. */
  private Path install(String home) throws IOException {
    return install(home, "");
  }

  private Path install(String home, String archive) throws IOException {
    Path root = folder.resolve(home);
    Path script = Files.createDirectories(root.resolve("bin")).resolve("echo");
    Files.writeString(
        script,
        Files.readString(SCRIPT)
            .replace("${launcher.main}", EchoMain.class.getName())
            .replace("${launcher.name}", "echo")
            .replace("${launcher.environment}", "")
            .replace("${launcher.archive}", archive)
            .replace("${launcher.jvmFlags}", "-XX:+UseSerialGC"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Path jar = Files.createDirectories(root.resolve("lib")).resolve("echo.jar");
    String entry = EchoMain.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = EchoMain.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new ZipEntry(entry));
      in.transferTo(out);
    }
    return script;
  }

  private Ended run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile()).redirectOutput(output.toFile());
    Map<String, String> all = builder.environment();
    List.of("CDPATH", "LC_ALL", "LC_CTYPE", "LANG", "GANGLION_JAVA_OPTS").forEach(all::remove);
    all.put("JAVA_HOME", JAVA_HOME);
    all.putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
    return new Ended(process.exitValue(), Files.readString(output, UTF_8).strip());
  }

  @Test
  void argumentsKeepTheirLettersInALocaleThatHasThemNot() throws Exception {
    Path script = install("home");
    // The bytes go through a file, because this JVM's locale may lack the letter.
    Path call = Files.writeString(folder.resolve("call"), "exec \"$1\" 'Zo\u00eb' '\u4e2d'\n");
    for (String locale : List.of("POSIX", "C", "C.UTF-8", "xx_YY.UTF-8")) {
      Ended ended = run(Map.of("LC_ALL", locale), "sh", call.toString(), script.toString());
      assertThat(ended.output()).as(locale).isEqualTo("5a 6f eb\n4e2d");
    }
  }

  @Test
  void itIsFoundWhateverTheShellsPathForDirectories() throws Exception {
    install("home");
    assertThat(run(Map.of("CDPATH", "."), "home/bin/echo", "a")).isEqualTo(new Ended(0, "61"));
    assertThat(run(Map.of("CDPATH", ".:/"), "sh", "home/bin/echo")).isEqualTo(new Ended(0, ""));
  }

  @Test
  void aPathWithSpacesIsAPathLikeOthers() throws Exception {
    String script = install("a home of * its own").toString();
    assertThat(run(Map.of(), script, "a b", "")).isEqualTo(new Ended(0, "61 20 62"));
    Path link = Files.createSymbolicLink(folder.resolve("l n k"), Path.of(script));
    assertThat(run(Map.of(), link.toString(), "a")).isEqualTo(new Ended(0, "61"));
  }

  @Test
  void nativeLibrariesAreUsedWhereTheyLie() throws Exception {
    Path script = install("a home");
    Files.createDirectories(folder.resolve("a home/lib/native"));
    String natives = folder.toRealPath().resolve("a home/lib/native").toString();
    Ended ended =
        run(
            Map.of(),
            script.toString(),
            "property:java.library.path",
            "property:jna.boot.library.path",
            "property:org.bytedeco.javacpp.pathsFirst");
    assertThat(ended.output()).isEqualTo(natives + "\n" + natives + "\ntrue");
  }

  @Test
  void aPathWithAColonIsRefusedInASentence() throws Exception {
    Ended ended = run(Map.of(), install("a:b").toString());
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output().lines()).hasSize(1);
    assertThat(ended.output()).startsWith("echo: ").contains("a:b", "without one");
  }

  @Test
  void noJavaIsASentence() throws Exception {
    Path script = install("home");
    Ended wrongHome = run(Map.of("JAVA_HOME", "/no/such/jdk"), script.toString());
    assertThat(wrongHome.code()).isEqualTo(1);
    assertThat(wrongHome.output())
        .startsWith("echo: JAVA_HOME is /no/such/jdk and has no bin/java")
        .doesNotContain("\n");
    Map<String, String> without = Map.of("JAVA_HOME", "", "PATH", toolsWithoutJava());
    Ended noJava = run(without, "/bin/sh", script.toString());
    assertThat(noJava.code()).isEqualTo(1);
    assertThat(noJava.output())
        .startsWith("echo: There is no java on the PATH; install a JDK 17 or later")
        .doesNotContain("\n");
  }

  @Test
  void anArchiveOfAnotherFolderIsToldOrReplaced() throws Exception {
    Path script = install("home", "echo");
    String name = "echo-" + System.getProperty("java.runtime.version") + ".jsa";
    Path archive = folder.resolve("home/lib").resolve(name);
    Ended first = run(Map.of(), script.toString(), "a");
    boolean replaces = Runtime.version().feature() >= 19;
    assertThat(Files.exists(archive)).isEqualTo(replaces);
    if (replaces) {
      assertThat(first).isEqualTo(new Ended(0, "61"));
    } else {
      assertThat(first.output().lines()).hasSize(2).last().isEqualTo("61");
      assertThat(first.output()).startsWith("echo: note: no class archive fits this JVM");
      Files.writeString(archive.resolveSibling(name + ".for"), archive.getParent() + "\n");
      assertThat(run(Map.of(), script.toString(), "a")).isEqualTo(new Ended(0, "61"));
    }
  }

  private String toolsWithoutJava() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    List<String> missing = new ArrayList<>(List.of("dirname", "readlink", "env"));
    for (Path directory : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
      for (String tool : List.copyOf(missing)) {
        if (Files.isExecutable(directory.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), directory.resolve(tool));
          missing.remove(tool);
        }
      }
    }
    assumeTrue(missing.isEmpty(), "this machine keeps elsewhere: " + missing);
    try (Stream<Path> files = Files.list(tools)) {
      assertThat(files).noneMatch(file -> file.endsWith("java"));
    }
    return tools.toString();
  }
}
