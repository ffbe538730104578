package io.ganglion.spark;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.client.ScriptedServer;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The one jar that users give to Spark, in a JVM with Spark's own jars in front of it, in the
 * versions that Spark asks for.
 */
@Timeout(180)
class BundledJarTest {
  @TempDir private Path folder;
  private Path bundle;
  private Path home;
  private String scala;

  @BeforeEach
  void find() throws Exception {
    String jar = System.getProperty("ganglion.bundle", "");
    assumeTrue(!jar.isEmpty(), "the bundled jar is built and tried with -Pfat");
    bundle = Path.of(jar);
  }

  /** A home of Spark with what Spark asks for, in its own versions, and a program of Maven's. */
  private void installSpark(String version) throws Exception {
    Path pom = folder.resolve("pom.xml");
    Path list = folder.resolve("jars.txt");
    Files.writeString(
        pom,
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>test</groupId>
          <artifactId>test</artifactId>
          <version>1</version>
          <dependencies>
            <dependency>
              <groupId>org.scala-lang</groupId>
              <artifactId>scala-library</artifactId>
              <version>%s</version>
            </dependency>
            <dependency>
              <groupId>org.apache.spark</groupId>
              <artifactId>spark-mllib_%s</artifactId>
              <version>%s</version>
            </dependency>
          </dependencies>
        </project>
        """
            .formatted(scala.equals("2.13") ? "2.13.18" : "2.12.18", scala, version));
    Process maven =
        new ProcessBuilder(
                System.getProperty("ganglion.maven"),
                "-q",
                "-B",
                "-f",
                pom.toString(),
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + list)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("maven.txt").toFile())
            .start();
    assertThat(maven.waitFor()).as(folder.resolve("maven.txt").toString()).isZero();
    home = folder.resolve("spark");
    Files.createDirectories(home.resolve("jars"));
    Files.writeString(home.resolve("RELEASE"), "");
    for (String entry : Files.readString(list).split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry.strip());
      Files.createSymbolicLink(home.resolve("jars").resolve(jar.getFileName()), jar);
    }
  }

  private String run(String master, Path model, Path answers, String endpoint, String ended)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : System.getProperty("ganglion.opens", "").split(" ", -1)) {
      command.add(flag);
    }
    String tests =
        Path.of(BundledJob.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.executor.extraClassPath=" + bundle + File.pathSeparator + tests,
            "-cp",
            home.resolve("jars") + "/*" + File.pathSeparator + bundle + File.pathSeparator + tests,
            BundledJob.class.getName(),
            master,
            model.toString(),
            answers.toString(),
            endpoint,
            ended));
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", scala);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(out);
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"4.2.0, 2.13", "3.5.9, 2.12"})
  void itRunsBesideSparksOwnLibrariesInProcessAndRemoteAndWhenAnExecutorIsLost(
      String version, String scalaVersion) throws Exception {
    scala = scalaVersion;
    installSpark(version);
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    Path local = folder.resolve("local.txt");
    try (ScriptedServer server = ScriptedServer.start((text, times) -> ANSWER)) {
      assertThat(run("local[2]", model, local, server.target(), ""))
          .contains("remote answers: 600");
      assertThat(server.received.get()).isEqualTo(600);
    }
    assertThat(Files.readAllLines(local)).hasSize(600);
    Path ended = folder.resolve("ended");
    Path cluster = folder.resolve("cluster.txt");
    run("local-cluster[2,1,1024]", model, cluster, "", ended.toString());
    assertThat(ended).exists();
    assertThat(cluster).hasSameTextualContentAs(local);
  }

  @Test
  void itHasNothingOfSparkAndNothingThatSparkHasToo() throws Exception {
    try (JarFile jar = new JarFile(bundle.toFile())) {
      List<String> strangers =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class"))
              .filter(
                  name ->
                      !name.startsWith("io/ganglion/")
                          && !name.startsWith("io/grpc/netty/shaded/")
                          && !name.startsWith("org/bytedeco/")
                          && !name.startsWith("com/sun/jna/"))
              .toList();
      assertThat(strangers).isEmpty();
      assertThat(jar.stream().map(entry -> entry.getName()))
          .contains("META-INF/services/io.ganglion.runtime.core.CoreProvider")
          .noneMatch(name -> name.startsWith("META-INF/services/io.grpc."));
    }
  }
}
