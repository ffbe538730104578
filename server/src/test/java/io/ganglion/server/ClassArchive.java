package io.ganglion.server;

import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Precision;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A step of the build: serves a small model once from the distribution and lets the JVM archive the
 * A step of the build: serves a small model once from the distribution and lets the JVM archive the
 * loaded classes in {@code lib}. With the archive a start takes a third less time. The server has
 * no home and no place for temporary files there, so the step fails if it needs one.
 */
public final class ClassArchive {
  private ClassArchive() {}

  /** Takes the distribution's directory as its argument. */
  public static void main(String[] arguments) throws Exception {
    Path library = Path.of(arguments[0], "lib").toAbsolutePath();
    // As the launcher names it.
    String name = "server-" + System.getProperty("java.runtime.version") + ".jsa";
    Path archive = library.resolve(name);
    Files.deleteIfExists(archive);
    Path holdsFor = library.resolve(name + ".for");
    Files.deleteIfExists(holdsFor);
    Path target = library.getParent().getParent();
    Path model = Files.createTempDirectory(target, "class-archive").resolve("tiny");
    TestArtifacts.tiny().precision(Precision.BF16).write(model);
    Path natives = library.resolve("native");
    Path nowhere = Files.writeString(model.resolveSibling("no-folder"), "").resolve("below");
    List<String> flags =
        List.of(
            "-XX:+UseG1GC",
            "-XX:ArchiveClassesAtExit=" + archive,
            "-Djava.library.path=" + natives,
            "-Dorg.bytedeco.javacpp.pathsFirst=true",
            "-Djna.boot.library.path=" + natives,
            "-Djna.nounpack=true",
            "-Djava.io.tmpdir=" + nowhere,
            "-Duser.home=" + nowhere,
            "-cp",
            library + "/*");
    try (ServerProcess server = new ServerProcess(flags, model)) {
      ask(server.port());
      server.terminate();
      if (server.exitCode() != 0) {
        throw new IllegalStateException("The server of " + library + " failed: " + server.lines);
      }
    }
    if (Files.exists(archive)) {
      Files.writeString(holdsFor, library + "\n");
    } else {
      System.out.println("This JVM keeps no class archive: the server starts without.");
    }
  }

  private static void ask(int port) throws InterruptedException {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
            .build();
    try {
      PairClassifierGrpc.newBlockingStub(channel)
          .classify(
              ClassifyRequest.newBuilder()
                  .setTextA("the cat sat on the mat")
                  .setTextB("a dog ran in the house")
                  .build());
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
