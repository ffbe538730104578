package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one jar that users give to Flink, in a JVM with nothing beside it but Flink's own jars. */
@Timeout(240)
class BundledJarTest {
  /** Where Maven keeps what Flink does not bring. */
  private static final List<String> OURS =
      List.of(
          "/target/",
          "/io/ganglion/",
          "/io/grpc/",
          "/io/opentelemetry/",
          "/io/prometheus/",
          "/io/perfmark/",
          "/com/google/",
          "/com/fasterxml/",
          "/com/ibm/",
          "/net/java/dev/jna/",
          "/org/bytedeco/");

  @TempDir private Path folder;
  private Path bundle;

  @BeforeEach
  void find() {
    String jar = System.getProperty("ganglion.bundle", "");
    assumeTrue(!jar.isEmpty(), "the bundled jar is built and tried with -Pfat");
    bundle = Path.of(jar);
  }

  private static String flinksJars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> OURS.stream().noneMatch(entry::contains))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The program's classes without those of this module. */
  private Path program() throws Exception {
    Path classes = folder.resolve("program");
    Path target = classes.resolve("io/ganglion/flink/BundledJob.class");
    Files.createDirectories(target.getParent());
    Path tests =
        Path.of(BundledJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.copy(tests.resolve("io/ganglion/flink/BundledJob.class"), target);
    return classes;
  }

  private List<String> run(String classPath, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-cp", classPath, BundledJob.class.getName()));
    command.addAll(List.of(args));
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isZero();
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String after(List<String> lines, String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError(String.join("\n", lines)))
        .substring(word.length());
  }

  private void answersAlike(List<String> lines) {
    String first = after(lines, "first ");
    assertThat(first).contains("the cat").contains("paraphrase");
    assertThat(after(lines, "second ")).isEqualTo(first);
    assertThat(after(lines, "server ")).isEqualTo(first);
  }

  @Test
  void itAnswersInTheFolderLibAndWhenItIsAddedBySql() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    String flink = flinksJars() + File.pathSeparator + program();
    try (ServerProcess server = ServerProcess.start(model)) {
      answersAlike(run(flink + File.pathSeparator + bundle, model.toString(), server.target(), ""));
      answersAlike(run(flink, model.toString(), server.target(), bundle.toString()));
    }
  }

  @Test
  void itHasNothingOfFlinkAndNothingThatAnotherJarMayHave() throws Exception {
    try (JarFile jar = new JarFile(bundle.toFile())) {
      List<String> names = jar.stream().map(JarEntry::getName).toList();
      assertThat(names)
          .filteredOn(name -> name.endsWith(".class"))
          .allMatch(
              name ->
                  name.startsWith("io/ganglion/")
                      || name.startsWith("io/grpc/netty/shaded/")
                      || name.startsWith("org/bytedeco/")
                      || name.startsWith("com/sun/jna/"));
      assertThat(names)
          .contains(
              "META-INF/services/org.apache.flink.table.factories.Factory",
              "META-INF/services/io.ganglion.runtime.core.CoreProvider")
          .noneMatch(name -> name.startsWith("META-INF/services/io.grpc."));
    }
  }
}
