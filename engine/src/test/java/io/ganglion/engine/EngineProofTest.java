package io.ganglion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.api.TextPair;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine keeps no memory: neither for requests, nor behind a close. */
class EngineProofTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void write() throws Exception {
    assumeTrue(Files.exists(STATUS), "the memory of a process is read from " + STATUS);
    model = TestArtifacts.tiny().write(folder.resolve("model"));
  }

  /** Resident memory of this process, in MiB, after the heap's garbage is gone. */
  private static long residentMib() throws IOException {
    System.gc();
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private void cycles(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      try (Engine engine = Engine.open(model)) {
        engine.classify("the cat", "a dog").join();
      }
    }
  }

  private static void requests(Engine engine, int count) {
    Deque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      inFlight.add(engine.classify(new TextPair("the cat sat", i % 2 == 0 ? "a dog" : "a mat")));
      if (inFlight.size() == 256) {
        inFlight.remove().join();
      }
    }
    inFlight.forEach(CompletableFuture::join);
  }

  private void openingAndClosingKeepsNoMemory(int cycles) throws Exception {
    int first = Math.max(10, cycles / 4);
    cycles(first); // the JVM's own growth: classes, compiled code, the allocators' pools
    long before = residentMib();
    cycles(cycles);
    long grown = residentMib() - before;
    System.out.printf("%d open/close cycles: resident memory grew by %d MiB%n", cycles, grown);
    // One artifact of this size takes 1 MiB; a leak of each would show as cycles times that.
    assertThat(grown).isLessThan(Math.max(24, cycles / 4));
  }

  private void requestsKeepNoMemory(int requests) throws Exception {
    try (Engine engine = Engine.open(model)) {
      requests(engine, requests / 4);
      long before = residentMib();
      requests(engine, requests);
      long grown = residentMib() - before;
      System.out.printf("%d requests: resident memory grew by %d MiB%n", requests, grown);
      assertThat(grown).isLessThan(48);
    }
  }

  @Test
  void aFewCyclesKeepNoMemory() throws Exception {
    openingAndClosingKeepsNoMemory(20);
  }

  @Test
  void tenThousandRequestsKeepNoMemory() throws Exception {
    requestsKeepNoMemory(10_000);
  }

  @Test
  @Tag("proof")
  void twoHundredCyclesKeepNoMemory() throws Exception {
    openingAndClosingKeepsNoMemory(200);
  }

  @Test
  @Tag("proof")
  void aMillionRequestsKeepNoMemory() throws Exception {
    requestsKeepNoMemory(1_000_000);
  }
}
