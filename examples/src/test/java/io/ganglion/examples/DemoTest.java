package io.ganglion.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests when ./demo builds. It runs in a checkout of empty files, with a Maven and a compiler that
 * fail. The step at which it fails shows what it decided.
 */
@Timeout(60)
class DemoTest {
  private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant BUILT = WRITTEN.plusSeconds(60);
  private static final Instant CHANGED = BUILT.plusSeconds(60);
  private static final String BUILDING = "== Building";
  private static final String COMPILING = "== Compiling";

  @TempDir Path folder;
  private Path checkout;

  @BeforeEach
  void checkOutAndBuild() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the demo is a shell script");
    checkout = folder.resolve("checkout");
    for (String module : List.of("compiler", "server", "loadgen")) {
      write(module + "/pom.xml");
      write(module + "/src/main/java/Main.java");
      write(module + "/src/test/java/MainTest.java");
      script(checkout.resolve(module + "/target/dist/bin/" + module));
    }
    write("pom.xml");
    write("build/dist.xml");
    write(".mvn/jvm.config");
    write("demo-model/huggingface/config.json");
    write("demo-model/saved_model/saved_model.pb");
    script(folder.resolve("bin/mvn"));
    Files.copy(Path.of("../demo"), checkout.resolve("demo"), StandardCopyOption.COPY_ATTRIBUTES);
    try (Stream<Path> all = Files.walk(checkout)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, FileTime.from(WRITTEN));
      }
    }
    touch("compiler/target/dist/bin/compiler", BUILT);
  }

  @Test
  void whatDidNotChangeIsNotBuiltAgain() throws Exception {
    assertThat(demo()).contains(COMPILING).doesNotContain(BUILDING);
  }

  @Test
  void aPackageNamedTargetIsSourceAsAnyOther() throws Exception {
    change("compiler/src/main/java/target/Cpu.java");
    assertThat(demo()).contains(BUILDING);
  }

  @Test
  void aModuleThatIsNewIsLookedAt() throws Exception {
    write("engine/pom.xml");
    touch("engine/pom.xml", WRITTEN);
    change("engine/src/main/java/Engine.java");
    assertThat(demo()).contains(BUILDING);
  }

  @Test
  void aFileThatWasDeletedIsAChange() throws Exception {
    Files.delete(checkout.resolve("server/src/main/java/Main.java"));
    touch("server/src/main/java", CHANGED);
    assertThat(demo()).contains(BUILDING);
  }

  @Test
  void testsAndWhatWasBuiltAreNoReasonToBuild() throws Exception {
    change("server/src/test/java/OtherTest.java");
    change("compiler/target/classes/Main.class");
    assertThat(demo()).contains(COMPILING).doesNotContain(BUILDING);
  }

  @Test
  void theProgramWithTensorFlowIsBuiltOnlyForASavedModel() throws Exception {
    assertThat(run(checkout, "./demo --from savedmodel", Map.of()))
        .contains(BUILDING + " compiler-tensorflow, server and loadgen");
    script(checkout.resolve("compiler-tensorflow/target/dist/bin/compiler-tensorflow"));
    assertThat(run(checkout, "./demo --from savedmodel", Map.of()))
        .doesNotContain(BUILDING)
        .contains(COMPILING + " " + checkout + "/demo-model/saved_model");
    assertThat(demo())
        .doesNotContain(BUILDING)
        .contains(COMPILING + " " + checkout + "/demo-model/huggingface");
  }

  @Test
  void itFindsItselfWhereCdPrintsTheFolder() throws Exception {
    assertThat(run(folder, "checkout/demo", Map.of("CDPATH", ".")))
        .contains(COMPILING)
        .doesNotContain(BUILDING);
  }

  private String demo() throws Exception {
    return run(checkout, "./demo", Map.of());
  }

  private String run(Path from, String command, Map<String, String> environment) throws Exception {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command)
            .directory(from.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isNotZero();
    return Files.readString(output);
  }

  private void change(String path) throws IOException {
    write(path);
    touch(path, CHANGED);
  }

  private void touch(String path, Instant time) throws IOException {
    Files.setLastModifiedTime(checkout.resolve(path), FileTime.from(time));
  }

  private void write(String path) throws IOException {
    Path file = checkout.resolve(path);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private static void script(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\nexit 1\n");
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }
}
