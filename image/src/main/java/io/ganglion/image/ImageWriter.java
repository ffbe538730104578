package io.ganglion.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import io.ganglion.cli.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Writes one program's image as a tar of an OCI layout. The same files give the same digest: no
 * time and no name of a user is in it.
 */
final class ImageWriter {
  private static final String HOME = "/opt/ganglion/";
  private static final String USER = "10001:10001";
  private static final Instant TIME = Instant.ofEpochSecond(1);
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");

  private final Program program;
  private final Path runtime;
  private final Optional<String> base;
  private final Path scratch;

  /**
   * @param runtime the Java runtime
   * @param base name of the image to build on; if empty, the libraries of this system
   * @param scratch folder for what is made on the way
   */
  ImageWriter(Program program, Path runtime, Optional<String> base, Path scratch) {
    this.program = program;
    this.runtime = runtime;
    this.base = base;
    this.scratch = scratch;
  }

  /** Writes the tar and returns the image's digest. */
  String write(Path tar) throws IOException, InterruptedException {
    try {
      JibContainerBuilder image = base.isPresent() ? Jib.from(base.get()) : Jib.fromScratch();
      image.setFormat(ImageFormat.OCI).setPlatforms(Set.of(new Platform(architecture(), "linux")));
      if (base.isEmpty()) {
        image.addFileEntriesLayer(system());
      }
      image.addFileEntriesLayer(folder("runtime", runtime, HOME + "runtime"));
      image.addFileEntriesLayer(
          folder("native", program.library().resolve("native"), library() + "native"));
      image.addFileEntriesLayer(jars("libraries", false));
      image.addFileEntriesLayer(jars("program", true));
      describe(image);
      Containerizer target =
          Containerizer.to(TarImage.at(tar).named("ganglion/" + program.name()))
              .setApplicationLayersCache(scratch.resolve("layers"))
              .setBaseImageLayersCache(scratch.resolve("base"))
              .setToolName("ganglion");
      JibContainer written = image.containerize(target);
      return written.getDigest().toString();
    } catch (InvalidImageReferenceException e) {
      throw new FailureException("No image can be called " + base.orElse(program.name()) + ".", e);
    } catch (ExecutionException e) {
      throw new FailureException("The image cannot be written: " + e.getCause(), e);
    } catch (com.google.cloud.tools.jib.api.RegistryException
        | com.google.cloud.tools.jib.api.CacheDirectoryCreationException e) {
      throw new FailureException("The image cannot be written: " + e.getMessage(), e);
    }
  }

  private String library() {
    return HOME + program.name() + "/lib/";
  }

  private void describe(JibContainerBuilder image) {
    List<String> command = new ArrayList<>();
    command.add(HOME + "runtime/bin/java");
    command.addAll(program.jvmFlags());
    command.add("-Djava.library.path=" + library() + "native");
    command.add("-Dorg.bytedeco.javacpp.pathsFirst=true");
    command.add("-Djna.boot.library.path=" + library() + "native");
    command.add("-Djna.nounpack=true");
    // Netty looks for a folder that can be written, needs none, and would say that there is none.
    command.add("-Dio.grpc.netty.shaded.io.netty.tmpdir=/");
    command.add("-cp");
    command.add(library() + "*");
    command.add(program.mainClass());
    image
        .setEntrypoint(command)
        .setUser(USER)
        .setCreationTime(Instant.EPOCH)
        .addEnvironmentVariable("LC_ALL", "C.UTF-8")
        // Idle OpenMP threads must not spin.
        .addEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE")
        .addLabel("org.opencontainers.image.title", "ganglion-" + program.name())
        .addLabel("org.opencontainers.image.source", "https://github.com/ganglion-io/ganglion")
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0");
    program.ports().forEach(port -> image.addExposedPort(Port.tcp(port)));
  }

  private FileEntriesLayer system() throws IOException, InterruptedException {
    SortedSet<Path> libraries =
        SystemLibraries.of(List.of(runtime, program.library().resolve("native")));
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system");
    for (Path library : libraries) {
      layer.addEntry(
          library.toRealPath(), AbsoluteUnixPath.get(library.toString()), EXECUTABLE, TIME);
    }
    layer.addEntry(
        text("libraries", String.join("\n", SystemLibraries.origins(libraries)) + "\n"),
        AbsoluteUnixPath.get("/etc/system-libraries"),
        TIME);
    layer.addEntry(
        text("passwd", "ganglion:x:10001:10001::/:/nonexistent\n"),
        AbsoluteUnixPath.get("/etc/passwd"),
        TIME);
    layer.addEntry(text("group", "ganglion:x:10001:\n"), AbsoluteUnixPath.get("/etc/group"), TIME);
    return layer.build();
  }

  private Path text(String name, String content) throws IOException {
    return Files.writeString(scratch.resolve(name), content);
  }

  private static FileEntriesLayer folder(String name, Path from, String to) throws IOException {
    return FileEntriesLayer.builder()
        .setName(name)
        .addEntryRecursive(
            from,
            AbsoluteUnixPath.get(to),
            (file, place) ->
                Files.isDirectory(file) || Files.isExecutable(file)
                    ? EXECUTABLE
                    : FilePermissions.DEFAULT_FILE_PERMISSIONS,
            (file, place) -> TIME)
        .build();
  }

  /** Jars of this project change with each build, those of others seldom. */
  private FileEntriesLayer jars(String name, boolean own) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    try (Stream<Path> files = Files.list(program.library())) {
      for (Path file : files.sorted().toList()) {
        String fileName = file.getFileName().toString();
        // The class archive beside them holds for the folder and the JVM that built it.
        if (fileName.endsWith(".jar") && fileName.startsWith("ganglion-") == own) {
          layer.addEntry(file, AbsoluteUnixPath.get(library() + fileName), TIME);
        }
      }
    }
    if (own) {
      layer.addEntry(
          program.bill(), AbsoluteUnixPath.get(HOME + program.name() + "/sbom.cdx.json"), TIME);
    }
    return layer.build();
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
